import Diagnostics
import Modules
import YAML

/// Reads what stands behind a module's name: a mapping, `key=value` words, or a free-form string, plus `args:`.
struct ArgumentReader {
    let spec: ModuleSpec
    let log: ProblemLog

    func arguments(_ node: Node, args: Node?) -> [PlaybookTask.Argument] {
        guard var arguments = read(node) else { return [] }
        if let args {
            let given = read(args) ?? []
            arguments += given.filter { extra in !arguments.contains { $0.name == extra.name } }
        }
        for argument in spec.arguments where argument.required {
            let names = [argument.name] + argument.aliases
            if !arguments.contains(where: { names.contains($0.name) }) {
                log.add(
                    "\(spec.name) needs the argument '\(argument.name)'", at: node.place, rule: .missingArgument)
            }
        }
        return arguments
    }

    /// nil when they can't be told, which is logged.
    private func read(_ node: Node) -> [PlaybookTask.Argument]? {
        if let mapping = node.mapping { return mapping.compactMap(argument) }
        switch node.value {
        case .null: return []
        case .string(let text): return words(text, of: node)
        default:
            log.add(
                "\(spec.name): expected arguments, found \(node.value.kind)", at: node.place, rule: .wrongType)
            return nil
        }
    }

    private func argument(_ entry: Node.Entry) -> PlaybookTask.Argument? {
        guard let name = entry.key.string else {
            log.add("an argument's name must be a string", at: entry.key.place, rule: .wrongType)
            return nil
        }
        return argument(name, entry.value, namedAt: entry.key.place)
    }

    private func argument(_ name: String, _ value: Node, namedAt place: Place) -> PlaybookTask.Argument? {
        let known = spec.arguments.first { $0.name == name || $0.aliases.contains(name) }
        guard known != nil || spec.openEnded else {
            let near = Suggestion.nearest(to: name, among: spec.arguments.flatMap { [$0.name] + $0.aliases })
            log.add(
                "\(spec.name) has no argument '\(name)'", at: place, hint: near.map { "did you mean '\($0)'?" },
                rule: .unknownArgument)
            // Read as what was meant, so that its value is checked too and it is not missed.
            return near.flatMap { argument($0, value, namedAt: place) }
        }
        return PlaybookTask.Argument(
            name: known?.name ?? name, value: value, kind: known?.kind, secret: known?.secret ?? false)
    }

    /// `path=/srv state=directory`, or a command with such words among the others.
    private func words(_ text: String, of node: Node) -> [PlaybookTask.Argument]? {
        var arguments: [PlaybookTask.Argument] = []
        // The text without those words, its lines and quotes as they were: the blanks behind a word go with it.
        var rest = ""
        let words = Self.words(text)
        for (word, next) in zip(words, words.dropFirst().map(\.startIndex) + [text.endIndex]) {
            if let equals = word.firstIndex(of: "="), takes(String(word[..<equals])) {
                let value = Self.unquoted(String(word[word.index(after: equals)...]))
                if let argument = argument(String(word[..<equals]), scalar(value, of: node), namedAt: node.place) {
                    arguments.append(argument)
                }
            } else {
                rest += text[word.startIndex..<next]
            }
        }
        guard !rest.isEmpty else { return arguments }
        guard let freeForm = spec.freeForm else {
            log.add(
                "\(spec.name) takes arguments by name", at: node.place,
                hint: "write 'name: value' lines below it, or name=value words", rule: .wrongType)
            return nil
        }
        if arguments.isEmpty { rest = text }
        while rest.last == " " { rest.removeLast() }
        return arguments + (argument(freeForm, scalar(rest, of: node), namedAt: node.place).map { [$0] } ?? [])
    }

    private func takes(_ name: String) -> Bool {
        guard name.isVariableName else { return false }
        return spec.freeForm == nil || spec.arguments.contains { $0.name == name && $0.name != spec.freeForm }
    }

    private func scalar(_ text: String, of node: Node) -> Node {
        guard let original = node.scalar, original.text != text else { return node }
        return Node(.scalar(.init(text: text, style: .plain, value: .string(text))), at: node.place)
    }

    /// Splits at blanks outside quotes and outside `{{ }}`.
    static func split(_ text: String) -> [String] { words(text).map(String.init) }

    private static func words(_ text: String) -> [Substring] {
        var words: [Substring] = []
        var start: String.Index?
        var quote: Character?
        var braces = 0
        for (index, character) in zip(text.indices, text) {
            if character == "{" { braces += 1 }
            if character == "}" { braces = max(0, braces - 1) }
            if let open = quote {
                if character == open { quote = nil }
            } else if character == "'" || character == "\"" {
                quote = character
            }
            if character.isWhitespace, quote == nil, braces == 0 {
                if let start { words.append(text[start..<index]) }
                start = nil
            } else {
                start = start ?? index
            }
        }
        if let start { words.append(text[start...]) }
        return words
    }

    /// `name='a b'` as `name=a b`.
    static func unquoteValue(_ word: String) -> String {
        guard let equals = word.firstIndex(of: "=") else { return word }
        return String(word[...equals]) + unquoted(String(word[word.index(after: equals)...]))
    }

    private static func unquoted(_ text: String) -> String {
        guard text.count >= 2, let first = text.first, first == text.last, first == "'" || first == "\"" else {
            return text
        }
        return String(text.dropFirst().dropLast())
    }
}
