import ArgumentParser
import Diagnostics
import Fleet
import Playbooks
import Remote

/// The tool's exit codes: Ansible's where it has one.
enum ExitStatus: Int32, Sendable {
    case done = 0
    /// An error of the tool's own, or a person's no.
    case failed = 1
    case hostFailed = 2
    /// `plan --exit-code` found changes.
    case changesFound = 3
    case hostUnreachable = 4
    case lockHeld = 5
    case rolledBack = 6
    case rollbackFailed = 7
    case usage = 64
    /// A bad inventory, playbook, template or variable.
    case badInput = 65
    case interrupted = 130
}

extension ExitStatus {
    /// The code for an error that reached the top.
    init(of error: any Error) {
        switch error {
        case is Problem, is Problems: self = .badInput
        case is TransportError: self = .hostUnreachable
        case is CancellationError: self = .interrupted
        case let failure as CommandFailure: self = failure.status
        default: self = .failed
        }
    }

    /// The code of a finished run.
    init(of recap: Recap) {
        if recap.failed {
            self = .hostFailed
        } else if recap.unreachable {
            self = .hostUnreachable
        } else {
            self = .done
        }
    }

    /// The code of a look for what is wrong: what was found wins over hosts that could not be asked.
    init(of recap: Recap, _ diagnosis: Diagnosis) { self = diagnosis.isBad ? .hostFailed : ExitStatus(of: recap) }

    /// The code of a look at what runs: what is off on servers that answer wins over others' silence.
    init(of recap: Recap, _ status: SiteStatus) {
        if status.findings.isEmpty {
            self = .done
        } else {
            self = status.isOnlySilence ? ExitStatus(of: recap) : .hostFailed
        }
    }
}

/// A command that can't go on: what to say, and the exit code.
struct CommandFailure: Error, CustomStringConvertible {
    var message: String
    var hint: String?
    var status: ExitStatus

    init(_ message: String, hint: String? = nil, status: ExitStatus = .failed) {
        self.message = message
        self.hint = hint
        self.status = status
    }

    var description: String { hint.map { "\(message)\n  \($0)" } ?? message }
}
