import CLibYAML
import Diagnostics
import OrderedCollections

/// The one owner of libyaml's emitter.
final class YAMLWriter {
    private let layout: YAMLLayout
    private let emitter: UnsafeMutablePointer<yaml_emitter_t>
    private let output: Output

    private static let deepest = 256

    /// Where libyaml's callback puts the bytes.
    private final class Output {
        var bytes: [UInt8] = []
    }

    init(_ layout: YAMLLayout) throws(Problem) {
        self.layout = layout
        output = Output()
        emitter = .allocate(capacity: 1)
        guard yaml_emitter_initialize(emitter) == 1 else {
            emitter.deallocate()
            throw Problem("libyaml has no memory left for an emitter")
        }
        // The emitter does not outlive `output`: both die with this object.
        yaml_emitter_set_output(
            emitter,
            { context, bytes, count in
                guard let context, let bytes else { return 0 }
                let output = Unmanaged<Output>.fromOpaque(context).takeUnretainedValue()
                output.bytes.append(contentsOf: UnsafeBufferPointer(start: bytes, count: count))
                return 1
            }, Unmanaged.passUnretained(output).toOpaque())
        yaml_emitter_set_unicode(emitter, 1)
        yaml_emitter_set_indent(emitter, Int32(clamping: layout.indent))
        yaml_emitter_set_width(emitter, Int32(clamping: layout.width))
    }

    deinit {
        yaml_emitter_delete(emitter)
        emitter.deallocate()
    }

    var text: String { String(decoding: output.bytes, as: UTF8.self) }

    func write(_ value: Value) throws(Problem) {
        try emit { yaml_stream_start_event_initialize($0, YAML_UTF8_ENCODING) }
        let isImplicit: Int32 = layout.hasDocumentStart ? 0 : 1
        try emit { yaml_document_start_event_initialize($0, nil, nil, nil, isImplicit) }
        try writeNode(value, depth: 0)
        try emit { yaml_document_end_event_initialize($0, 1) }
        try emit { yaml_stream_end_event_initialize($0) }
    }

    private func emit(_ initialize: (UnsafeMutablePointer<yaml_event_t>) -> Int32) throws(Problem) {
        var event = yaml_event_t()
        guard initialize(&event) == 1, yaml_emitter_emit(emitter, &event) == 1 else {
            let reason = emitter.pointee.problem.map { String(cString: $0) } ?? "no memory left"
            throw Problem("the YAML can't be written: \(reason)")
        }
    }

    private func writeNode(_ value: Value, depth: Int) throws(Problem) {
        guard depth < Self.deepest else { throw Problem("the data is nested too deeply for YAML") }
        switch value {
        case .list(let items):
            let style = isFlow(items) ? YAML_FLOW_SEQUENCE_STYLE : YAML_BLOCK_SEQUENCE_STYLE
            try emit { yaml_sequence_start_event_initialize($0, nil, nil, 1, style) }
            for item in items { try writeNode(item, depth: depth + 1) }
            try emit { yaml_sequence_end_event_initialize($0) }
        case .map(let entries):
            let style = isFlow(Array(entries.values)) ? YAML_FLOW_MAPPING_STYLE : YAML_BLOCK_MAPPING_STYLE
            try emit { yaml_mapping_start_event_initialize($0, nil, nil, 1, style) }
            for (key, item) in sorted(entries) {
                try writeNode(key, depth: depth + 1)
                try writeNode(item, depth: depth + 1)
            }
            try emit { yaml_mapping_end_event_initialize($0) }
        default: try writeScalar(value)
        }
    }

    private func isFlow(_ items: [Value]) -> Bool {
        switch layout.flow {
        case .never: false
        case .always: true
        case .leaves: items.allSatisfy { $0.list == nil && $0.map == nil }
        }
    }

    private func sorted(_ entries: ValueMap) -> [(key: Value, value: Value)] {
        let pairs = entries.map { (key: $0.key, value: $0.value) }
        guard layout.sortsKeys else { return pairs }
        if entries.keys.allSatisfy({ $0.int != nil }) {
            return pairs.sorted { ($0.key.int ?? 0) < ($1.key.int ?? 0) }
        }
        // Python can't order keys of different kinds either, and leaves them as they are.
        guard entries.keys.allSatisfy({ $0.string != nil }) else { return pairs }
        return pairs.sorted { left, right in
            (left.key.string ?? "").unicodeScalars.lexicographicallyPrecedes((right.key.string ?? "").unicodeScalars)
        }
    }

    /// A scalar, plain where reading it back gives the same value.
    private func writeScalar(_ value: Value) throws(Problem) {
        var bytes = Array(YAMLWriter.text(of: value).utf8)
        let count = Int32(clamping: bytes.count)
        let isPlain: Int32 = isReadBack(value) ? 1 : 0
        let isString = value.string != nil
        let tag: String? = isString || isPlain == 1 ? nil : "tag:yaml.org,2002:float"
        try emit { event in
            bytes.withUnsafeMutableBufferPointer { buffer in
                guard var tag = tag.map({ Array($0.utf8) + [0] }) else {
                    return yaml_scalar_event_initialize(
                        event, nil, nil, buffer.baseAddress, count, isPlain, 1, YAML_ANY_SCALAR_STYLE)
                }
                return yaml_scalar_event_initialize(
                    event, nil, &tag, buffer.baseAddress, count, 1, 1, YAML_ANY_SCALAR_STYLE)
            }
        }
    }

    /// Whether plain text is read back as the value; PyYAML reads a date, `=` and `<<` as something else.
    private func isReadBack(_ value: Value) -> Bool {
        let text = YAMLWriter.text(of: value)
        if text == "=" || text == "<<" || TimestampKind(text) != nil { return false }
        return (try? ScalarResolver.value(of: text)) == value
    }

    private static func text(of value: Value) -> String {
        switch value {
        case .null: "null"
        case .bool(let flag): flag ? "true" : "false"
        case .int(let number): String(number)
        case .float(let number): text(of: number)
        case .string(let text): text
        case .list, .map: ""
        }
    }

    /// As PyYAML's representer writes floats: Python's shortest digits, with a dot before an exponent.
    private static func text(of number: Double) -> String {
        if number.isNaN { return ".nan" }
        if number.isInfinite { return number < 0 ? "-.inf" : ".inf" }
        let text = number.description
        guard !text.contains("."), let exponent = text.firstIndex(of: "e") else { return text }
        return text[..<exponent] + ".0" + text[exponent...]
    }
}
