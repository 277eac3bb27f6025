package import Diagnostics
import FoundationEssentials

extension Problems {
    /// The same problems, each with the line of the file that its place names; files are read once.
    ///
    /// For problems that are found long after their file was parsed.
    package func showingLines() -> Problems {
        var sources: [String: SourceText] = [:]
        return Problems(
            all.map { problem in
                guard problem.line == nil, let place = problem.place else { return problem }
                let source = sources[place.file] ?? Self.source(place.file)
                sources[place.file] = source
                var shown = problem
                let line = source.line(place.line)
                shown.line = line.isEmpty ? nil : String(line)
                return shown
            })
    }

    private static func source(_ path: String) -> SourceText {
        SourceText(FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? "")
    }
}
