import Modules

/// Takes back what a move did before its successor took writes.
struct SwitchoverUndo: Sendable {
    /// Who took writes before.
    let from: String
    let to: String
    /// Makes the successor a replica again, for its epoch file names it already; nil where it was not touched.
    let withdraw: Change?
    let reopen: Change

    /// - Parameter make: makes a change of a server.
    /// - Returns: the failure that made it necessary, and how far things are as before.
    func run(
        after failure: ModuleFailure, _ make: @Sendable (Change, String) async throws -> Void
    ) async -> ModuleFailure {
        var lines = ["\(failure)"]
        if let withdraw {
            do { try await make(withdraw, to) } catch { lines.append("\(to) does not replicate as before: \(error)") }
        }
        let isWhole = lines.count == 1
        do {
            try await make(reopen, from)
            lines.append(
                "\(from) takes writes again; \(isWhole ? "nothing else was changed" : "then: intchainctl db rejoin \(to)")"
            )
        } catch {
            lines.append("\(from) could not be opened again: \(error)\ndo the same once more")
        }
        return ModuleFailure(lines.joined(separator: "\n"))
    }
}
