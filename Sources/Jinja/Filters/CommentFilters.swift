import OrderedCollections
import YAML

extension Filter {
    /// Ansible's `comment`.
    static let commentFilters: [String: Filter] = [
        "comment": .text(Parameters(["style"], moreNamed: true)) { text, arguments in
            var style = try CommentStyle(named: arguments.string("style") ?? "plain")
            if let decoration = try arguments.moreNamed["decoration"]?.value() {
                style.decoration = PythonText.text(of: decoration)
                style.prefix = style.decoration.trimmed(start: false) { $0.properties.isWhitespace }
                style.postfix = style.prefix
            }
            for (name, datum) in arguments.moreNamed { try style.set(name, to: datum.value()) }
            return .string(style.comment(text))
        }
    ]
}

/// How a text is made a comment.
private struct CommentStyle {
    var beginning = ""
    var decoration: String
    var end = ""
    var newline = "\n"
    var prefix: String
    var prefixCount = 1
    var postfix: String
    var postfixCount = 1

    init(named name: String) throws {
        switch name {
        case "plain": decoration = "# "
        case "erlang": decoration = "% "
        case "c": decoration = "// "
        case "cblock": (beginning, decoration, end) = ("/*", " * ", " */")
        case "xml": (beginning, decoration, end) = ("<!--", " - ", "-->")
        default: throw Fault("filter 'comment' knows no style '\(name)'", hint: "use plain, erlang, c, cblock or xml")
        }
        prefix = decoration.trimmed(start: false) { $0.properties.isWhitespace }
        postfix = prefix
    }

    mutating func set(_ name: String, to value: Value) throws {
        let text = PythonText.text(of: value)
        switch name {
        case "decoration": decoration = text
        case "beginning": beginning = text
        case "end": end = text
        case "newline": newline = text
        case "prefix": prefix = text
        case "postfix": postfix = text
        case "prefix_count": prefixCount = max(0, min(value.integer ?? 1, 1000))
        case "postfix_count": postfixCount = max(0, min(value.integer ?? 1, 1000))
        default: throw Fault("filter 'comment' has no argument '\(name)'")
        }
    }

    func comment(_ text: String) -> String {
        let bare = decoration.trimmed(start: false) { $0.properties.isWhitespace }
        let body = (decoration + text.pythonReplace(newline, with: newline + decoration))
            .pythonReplace(decoration + newline, with: bare + newline)
        let opening = beginning.isEmpty ? "" : beginning + newline
        let line = prefix.isEmpty ? "" : prefix == newline ? newline : prefix + newline
        let closing = end.isEmpty ? "" : newline + end
        return opening + String(repeating: line, count: prefixCount) + body
            + String(repeating: newline + postfix, count: postfixCount) + closing
    }
}
