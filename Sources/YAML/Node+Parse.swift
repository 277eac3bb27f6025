package import Diagnostics

extension Node {
    /// Parses one YAML document, as Ansible reads it: YAML 1.1, aliases expanded, merge keys resolved.
    ///
    /// - Parameters:
    ///   - text: the whole file.
    ///   - file: the name that places carry.
    /// - Returns: nil for an empty document.
    /// - Throws: the first `Problem`, with its place, its line and a hint.
    package static func parse(
        _ text: String, file: String, limits: ParseLimits = .default
    ) throws(Problem) -> Node? {
        do {
            return try parseAll(text, file: file, limits: limits)
        } catch {
            throw error.all.first ?? Problem("unreadable YAML", at: Place(file: file, line: 1, column: 1))
        }
    }

    /// Parses as `parse` does, and reports every duplicate key, unknown tag and unreadable number at once.
    /// - Throws: `Problems`, never empty.
    package static func parseAll(
        _ text: String, file: String, limits: ParseLimits = .default
    ) throws(Problems) -> Node? {
        let parsed = ParsedText(text, file: file, limits: limits)
        guard parsed.problems.isEmpty else { throw Problems(parsed.problems) }
        return parsed.root
    }
}
