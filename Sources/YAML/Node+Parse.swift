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
        let source = SourceText(text)
        var found: [Problem] = []
        do {
            var composer = try Composer(text, source: source, file: file, limits: limits)
            defer { found += composer.problems }
            let root = try composer.document()
            if composer.problems.isEmpty { return root }
        } catch {
            found.append(error.hinted(by: source))
        }
        throw Problems(found.map { $0.showing(source) })
    }
}

extension Problem {
    fileprivate func showing(_ source: SourceText) -> Problem {
        guard line == nil, let place else { return self }
        var shown = self
        shown.line = String(source.line(place.line))
        return shown
    }
}
