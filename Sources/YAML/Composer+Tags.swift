import Diagnostics

extension Composer {
    /// A scalar event as a node, with the value that its tag or its text gives it.
    mutating func node(_ scalar: Event.ScalarEvent, _ event: Event, isKey: Bool) -> Node {
        let start = scalar.properties.isEmpty ? event.start : source.skippingProperties(from: event.start)
        let place = start.place(in: file)
        let value = isKey && scalar.text == "=" ? .string("=") : value(of: scalar, at: place)
        let indent = source.indent(of: scalar.text, style: scalar.style, from: start, to: event.end)
        let tag = scalar.properties.tag == Tag.unsafe ? Tag.unsafe : nil
        let lines = ScalarLines(
            of: scalar.text, style: scalar.style, indent: indent, from: start, to: event.end, in: source)
        return Node(
            .scalar(
                Node.Scalar(
                    text: scalar.text, style: scalar.style, value: value, indent: indent, tag: tag, lines: lines)),
            at: place)
    }

    /// A collection whose tag is accepted; `!unsafe` goes down to its scalars.
    mutating func tagged(_ node: Node, _ tag: String?, kind: String) -> Node {
        guard let tag, tag != "!" else { return node }
        switch Tag.short(tag) {
        case "!!\(kind)": return node
        case Tag.unsafe: return node.markedUnsafe()
        default:
            noteUnknown(tag, at: node.place)
            return node
        }
    }

    private mutating func value(of scalar: Event.ScalarEvent, at place: Place) -> Value {
        guard let tag = scalar.properties.tag else {
            return scalar.isImplicit ? resolved(scalar.text, at: place) : .string(scalar.text)
        }
        switch Tag.short(tag) {
        case "!!str", Tag.unsafe: return .string(scalar.text)
        case "!!timestamp":
            return TimestampKind(scalar.text) == .moment
                ? unreadable(scalar.text, .time, at: place) : .string(scalar.text)
        case "!!null": return .null
        case "!!bool": if let flag = ScalarResolver.bool(scalar.text) { return .bool(flag) }
        case "!!int": return integer(scalar.text, at: place)
        case "!!float": if let number = ScalarResolver.float(scalar.text) { return .float(number) }
        case "!!binary": if let text = Base64.text(scalar.text) { return .string(text) }
        default:
            noteUnknown(tag, at: place)
            return .string(scalar.text)
        }
        note(Problem("'\(scalar.text)' is no value for the tag \(Tag.short(tag))", at: place))
        return .string(scalar.text)
    }

    private mutating func resolved(_ text: String, at place: Place) -> Value {
        do {
            return try ScalarResolver.value(of: text)
        } catch .time where limits.takesTimesAsText {
            return .string(text)
        } catch .equalSign where limits.takesTimesAsText {
            return .string(text)
        } catch {
            return unreadable(text, error, at: place)
        }
    }

    private mutating func integer(_ text: String, at place: Place) -> Value {
        do {
            return .int(try ScalarResolver.int(text))
        } catch {
            return unreadable(text, error, at: place)
        }
    }

    private mutating func unreadable(_ text: String, _ failure: ScalarResolver.Failure, at place: Place) -> Value {
        let (message, hint) =
            switch failure {
            case .malformed: ("'\(text)' is no integer", "quote it if it is a text")
            case .tooLarge: ("the integer \(text) does not fit in 64 bits", "quote it if it is a text")
            case .time: ("\(text) is a time to YAML, which this tool has no values for", "quote it: '\(text)'")
            case .equalSign: ("a bare = means something else to YAML", "quote it: '='")
            }
        note(Problem(message, at: place, hint: hint))
        return .string(text)
    }

    private mutating func noteUnknown(_ tag: String, at place: Place) {
        guard !Tag.isVault(tag) else {
            note(
                Problem(
                    "\(tag) values are not supported", at: place,
                    hint: "keep the secret in a file outside the repository and give it with -e @FILE"))
            return
        }
        let known = ["!unsafe", "!!str", "!!int", "!!float", "!!bool", "!!null", "!!binary", "!!seq", "!!map"]
        note(
            Problem(
                "the tag \(Tag.short(tag)) is not known here", at: place,
                hint: Suggestion.hint(for: Tag.short(tag), among: known) ?? "quote a value that begins with '!'"))
    }
}

extension Node {
    /// The same tree with every scalar value marked `!unsafe`.
    fileprivate func markedUnsafe() -> Node {
        switch content {
        case .scalar(var scalar):
            scalar.tag = Tag.unsafe
            return Node(.scalar(scalar), at: place)
        case .sequence(let nodes):
            return Node(.sequence(nodes.map { $0.markedUnsafe() }), at: place)
        case .mapping(let entries):
            return Node(.mapping(entries.map { Entry(key: $0.key, value: $0.value.markedUnsafe()) }), at: place)
        }
    }
}

extension Node.Scalar {
    static let null = Node.Scalar(text: "", style: .plain, value: .null)
}
