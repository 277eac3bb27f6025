package import Remote

/// What `supervisorctl status` says of all programs. It exits 3 when some program is not running, which is no error.
package struct SupervisorStatusProbe: Probe {
    package var control: SupervisorControl

    package struct Process: Hashable, Sendable {
        /// `name`, or `group:name`.
        package var name: String
        /// `RUNNING`, `STOPPED`, `FATAL` …
        package var state: String
    }

    package enum Finding: Hashable, Sendable {
        case processes([Process])
        /// Supervisor cannot be asked, and why.
        case unavailable(String)
    }

    package static func shell(for probes: [Self]) -> Shell {
        .lines(
            probes.map { probe in
                let ask = probe.control.command(["status"])
                return "\(ask) 2>&1 | sed 's/^/|/'; echo ="
            })
    }

    package static func parse(_ reply: Reply, for probes: [Self]) throws -> [Finding] {
        var answers: [[Substring]] = [[]]
        for line in reply.output.split(separator: "\n", omittingEmptySubsequences: true) {
            if line == "=" { answers.append([]) } else { answers[answers.count - 1].append(line.dropFirst()) }
        }
        guard answers.count == probes.count + 1 else {
            throw ModuleFailure("supervisorctl status: \(answers.count - 1) answers to \(probes.count) questions")
        }
        return answers.dropLast().map(finding)
    }

    private static let states: Set<Substring> = [
        "RUNNING", "STARTING", "STOPPED", "STOPPING", "BACKOFF", "EXITED", "FATAL", "UNKNOWN",
    ]

    private static func finding(_ lines: [Substring]) -> Finding {
        var processes: [Process] = []
        for line in lines {
            let words = line.split(whereSeparator: \.isWhitespace)
            guard words.count >= 2, states.contains(words[1]) else { return .unavailable(String(line)) }
            processes.append(Process(name: String(words[0]), state: String(words[1])))
        }
        return .processes(processes)
    }
}

/// How supervisorctl is called on a host.
package struct SupervisorControl: Hashable, Sendable {
    package var path: String
    package var config: String?
    package var serverURL: String?

    func command(_ words: [String]) -> Shell {
        let options = (config.map { ["-c", $0] } ?? []) + (serverURL.map { ["-s", $0] } ?? [])
        return "\([path] + options + words)"
    }
}
