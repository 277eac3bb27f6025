import Subprocess

#if canImport(System)
    import System
#else
    import SystemPackage
#endif

/// This tool, called as an operator would: a drill does nothing that a person could not type.
struct OwnCommand: Sendable {
    /// `-i` and its values.
    var inventory: [String]
    var console: Console

    /// Runs it and shows the command and, indented, the end of what it said.
    /// - Returns: its exit code.
    @discardableResult
    func run(_ words: [String]) async throws -> Int32 {
        console.say("$ intchainctl \(words.joined(separator: " "))")
        let result = try await answer(words)
        for line in result.text.split(separator: "\n").suffix(12) { console.say("    \(line)") }
        return result.code
    }

    /// Runs it without a word.
    /// - Parameter words: what follows a `--` is a command for hosts, of whose errors only failures are told.
    func answer(_ words: [String]) async throws -> (code: Int32, text: String) {
        let end = words.firstIndex(of: "--") ?? words.endIndex
        let result = try await Subprocess.run(
            .path("/proc/self/exe"),
            arguments: Arguments(words[..<end] + inventory + words[end...]),
            output: .string(limit: 8 << 20), error: .string(limit: 1 << 20))
        let code: Int32 = if case .exited(let code) = result.terminationStatus { code } else { 1 }
        return (code, result.standardOutput + (code == 0 && end != words.endIndex ? "" : result.standardError))
    }

    /// A script on a host, as root.
    @discardableResult
    func shell(_ host: String, _ script: String) async throws -> (code: Int32, text: String) {
        try await answer(["run", host, "-b", "--", "sh", "-c", script])
    }
}
