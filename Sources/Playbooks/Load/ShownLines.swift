import Diagnostics

/// Gives problems the lines that their places name; every file is read once.
struct ShownLines {
    let files: any ProjectFiles

    func show(_ problems: [Problem]) -> [Problem] {
        var lines: [String: [Substring]] = [:]
        return problems.map { problem in
            guard problem.line == nil, let place = problem.place else { return problem }
            let text = lines[place.file] ?? self.lines(of: place.file)
            lines[place.file] = text
            guard text.indices.contains(place.line - 1) else { return problem }
            var shown = problem
            shown.line = String(text[place.line - 1])
            return shown
        }
    }

    private func lines(of file: String) -> [Substring] {
        guard let bytes = files.read(file) else { return [] }
        return String(decoding: bytes, as: UTF8.self).split(
            omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    }
}
