import Diagnostics

/// A text that is parsed, and where it stands in files: what every error message about it needs.
final class Source: Sendable {
    let scalars: [Unicode.Scalar]
    let origin: TextOrigin

    /// Takes the text with its line ends made `\n`, as Jinja does before it looks at anything.
    init(_ text: String, origin: TextOrigin) {
        scalars = Source.normalized(text)
        self.origin = origin
    }

    func place(of offset: Int) -> Place { origin.place(ofOffset: offset, in: scalars) }

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

extension String {
    /// The text made of these scalars.
    init(_ scalars: some Sequence<Unicode.Scalar>) {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        self.init(view)
    }
}
