import Glibc
import SystemPackage

extension Command {
    /// Becomes this program: the terminal and the exit status are then its own. Comes back only when that failed.
    package func replaceThisProcess() -> LabError {
        guard let path = ProgramPath.find(program) else {
            return .commandFailed(program, outcome: "not installed", message: "")
        }
        for (name, value) in environment { setenv(name, value, 1) }
        var words = ([program] + arguments).map { strdup($0) } + [nil]
        execv(path.string, &words)
        let reason = String(cString: strerror(errno))
        words.forEach { free($0) }
        return .commandFailed(program, outcome: "cannot be started", message: reason)
    }
}
