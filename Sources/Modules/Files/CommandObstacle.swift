import OrderedCollections
import Remote
import YAML

/// What kept a program from being started: then nothing was changed, and Ansible's results say so by other words than
/// for a program that ran and failed.
enum CommandObstacle: Hashable, Sendable {
    case missing(String)
    case notExecutable(String)
    case noDirectory(String)

    private static let mark = "intchain can't start the command: "

    private enum Words: String, CaseIterable {
        case missing = "no program "
        case notExecutable = "not executable: "
        case noDirectory = "no directory "
    }

    /// Looks for the program `$1` as `exec` would, without starting a process; ends where there is none.
    static let search = Shell(
        verbatim: """
            ic_cannot() { printf '%s\\n' "\(mark)$1" >&2; exit "$2"; }
            ic_search() { IFS=:; for ic_x in $PATH; do [ -f "${ic_x:-.}/$1" ] && [ -x "${ic_x:-.}/$1" ] && return; done; false; }
            case $1 in
            */*) [ -e "$1" ] || ic_cannot "\(Words.missing.rawValue)$1" 127
            [ -f "$1" ] && [ -x "$1" ] || ic_cannot "\(Words.notExecutable.rawValue)$1" 126 ;;
            *) ic_search "$1" || ic_cannot "\(Words.missing.rawValue)$1" 127 ;;
            esac
            """)

    /// Goes into the directory, or ends.
    static func entering(_ directory: String) -> Shell {
        "cd -- \(directory) 2>/dev/null || { printf '%s\\n' \(mark + Words.noDirectory.rawValue + directory) >&2; exit 127; }"
    }

    /// nil when the command was started.
    init?(_ reply: Reply) {
        let text = reply.errors
        guard [126, 127].contains(reply.status), reply.stdout.isEmpty, text.hasPrefix(Self.mark), text.hasSuffix("\n")
        else { return nil }
        let reason = text.dropFirst(Self.mark.count).dropLast()
        guard let words = Words.allCases.first(where: { reason.hasPrefix($0.rawValue) }) else { return nil }
        let name = String(reason.dropFirst(words.rawValue.count))
        switch words {
        case .missing: self = .missing(name)
        case .notExecutable: self = .notExecutable(name)
        case .noDirectory: self = .noDirectory(name)
        }
    }

    /// - Parameter command: as it was to be run.
    func failure(of command: Value) -> ModuleFailure {
        var result: ValueMap = [
            "cmd": command, "changed": false, "stdout": "", "stderr": "", "stdout_lines": [], "stderr_lines": [],
            "msg": "Error executing command.",
        ]
        switch self {
        case .missing(let program):
            result["rc"] = 2
            return ModuleFailure("there is no program \(program)", result: result)
        case .notExecutable(let program):
            result["rc"] = 13
            return ModuleFailure("\(program) is no program that may be executed", result: result)
        case .noDirectory(let directory):
            result["rc"] = .null
            result["msg"] = "Unable to change directory before execution."
            return ModuleFailure("chdir: there is no directory \(directory)", result: result)
        }
    }
}
