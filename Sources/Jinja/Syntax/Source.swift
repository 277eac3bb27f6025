import Diagnostics

/// A text that is parsed, and where it stands in files: what every error message about it needs.
final class Source: Sendable {
    let scalars: [Unicode.Scalar]
    let origin: TextOrigin
    /// The offset of each line's first character.
    private let lineStarts: [Int]

    /// Takes the text with its line ends made `\n`, as Jinja does before it looks at anything.
    init(_ text: String, origin: TextOrigin) {
        let normalized = Source.normalized(text)
        scalars = normalized
        lineStarts = [0] + normalized.indices.filter { normalized[$0] == "\n" }.map { $0 + 1 }
        self.origin = origin
    }

    func place(of offset: Int) -> Place {
        if let place = origin.place(inFileOf: offset) { return place }
        let line = lineStarts.partitioningIndex { $0 > offset }
        return Place(file: origin.file, line: line, column: offset - lineStarts[max(0, line - 1)] + 1)
    }

    /// The problem at an offset, with the line of text when the text is a whole file.
    func problem(_ message: String, at offset: Int, hint: String? = nil) -> Problem {
        let problem = Problem(message, at: place(of: offset), hint: hint)
        return origin.isWholeFile ? problem.showing(String(scalars)) : problem
    }

    /// A result with newlines added to its end until it has as many as this text: Jinja drops them, Ansible does not.
    func endingAlike(_ result: String) -> String {
        let wanted = scalars.reversed().prefix { $0 == "\n" }.count
        let present = result.unicodeScalars.reversed().prefix { $0 == "\n" }.count
        return result + String(repeating: "\n", count: max(0, wanted - present))
    }

    private static func normalized(_ text: String) -> [Unicode.Scalar] {
        var scalars: [Unicode.Scalar] = []
        scalars.reserveCapacity(text.utf8.count)
        var afterReturn = false
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\r": scalars.append("\n")
            case "\n" where afterReturn: break
            default: scalars.append(scalar)
            }
            afterReturn = scalar == "\r"
        }
        return scalars
    }
}

extension [Int] {
    /// The first index of these ascending numbers whose number is beyond, by halving.
    fileprivate func partitioningIndex(where isBeyond: (Int) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if isBeyond(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

extension String {
    /// The text made of these scalars.
    init(_ scalars: some Sequence<Unicode.Scalar>) {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        self.init(view)
    }
}
