import CLibYAML
import Diagnostics

/// The one owner of libyaml's parser: gives its events as Swift values, so that no pointer leaves this file.
final class EventReader {
    private let file: String
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let bytes: UnsafeMutableBufferPointer<UInt8>

    init(_ text: String, file: String) throws(Problem) {
        self.file = file
        parser = .allocate(capacity: 1)
        bytes = .allocate(capacity: text.utf8.count)
        _ = bytes.initialize(from: text.utf8)
        guard yaml_parser_initialize(parser) == 1 else {
            parser.deallocate()
            bytes.deallocate()
            throw Problem("\(file): libyaml has no memory left for a parser")
        }
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
        bytes.deallocate()
    }

    /// The next event.
    /// - Throws: `Problem` for a syntax error, with its place.
    func next() throws(Problem) -> Event {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw syntaxProblem() }
        defer { yaml_event_delete(&event) }
        return Event(kind: Self.kind(of: event), start: Mark(event.start_mark), end: Mark(event.end_mark))
    }

    private func syntaxProblem() -> Problem {
        let failure = parser.pointee
        let message = failure.problem.map { String(cString: $0) } ?? "unreadable YAML"
        let context = failure.context.map { String(cString: $0) }
        guard failure.error != YAML_READER_ERROR else {
            return Problem(message, at: place(ofByte: failure.problem_offset))
        }
        return SyntaxError(
            message: message, context: context, mark: Mark(failure.problem_mark),
            contextMark: context == nil ? nil : Mark(failure.context_mark)
        ).problem(in: file)
    }

    /// The reader reports unreadable characters by their byte offset.
    private func place(ofByte offset: Int) -> Place {
        let before = bytes.prefix(offset)
        let line = before.count { $0 == UInt8(ascii: "\n") }
        let lineBytes = before.suffix(from: before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0)
        let column = String(decoding: lineBytes, as: UTF8.self).unicodeScalars.count
        return Mark(line: line, column: column).place(in: file)
    }

    private static func kind(of event: yaml_event_t) -> Event.Kind {
        switch event.type {
        case YAML_STREAM_START_EVENT: return .streamStart
        case YAML_DOCUMENT_START_EVENT: return .documentStart
        case YAML_DOCUMENT_END_EVENT: return .documentEnd
        case YAML_ALIAS_EVENT: return .alias(text(event.data.alias.anchor) ?? "")
        case YAML_SCALAR_EVENT: return .scalar(scalar(event))
        case YAML_SEQUENCE_START_EVENT:
            let start = event.data.sequence_start
            return .sequenceStart(Event.Properties(anchor: text(start.anchor), tag: text(start.tag)))
        case YAML_SEQUENCE_END_EVENT: return .sequenceEnd
        case YAML_MAPPING_START_EVENT:
            let start = event.data.mapping_start
            return .mappingStart(
                Event.Properties(anchor: text(start.anchor), tag: text(start.tag)),
                isFlow: start.style == YAML_FLOW_MAPPING_STYLE)
        case YAML_MAPPING_END_EVENT: return .mappingEnd
        default: return .streamEnd
        }
    }

    private static func scalar(_ event: yaml_event_t) -> Event.ScalarEvent {
        let scalar = event.data.scalar
        let tag = text(scalar.tag)
        // PyYAML resolves a scalar behind a bare `!` as if it were plain.
        let isBare = tag == "!"
        let style: Node.Scalar.Style =
            switch scalar.style {
            case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
            case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
            case YAML_LITERAL_SCALAR_STYLE: .literal
            case YAML_FOLDED_SCALAR_STYLE: .folded
            default: .plain
            }
        return Event.ScalarEvent(
            properties: Event.Properties(anchor: text(scalar.anchor), tag: isBare ? nil : tag),
            text: String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self),
            style: style, isImplicit: isBare || scalar.plain_implicit != 0)
    }

    private static func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        pointer.map { String(cString: $0) }
    }
}

extension Mark {
    fileprivate init(_ mark: yaml_mark_t) {
        self.init(line: mark.line, column: mark.column)
    }
}
