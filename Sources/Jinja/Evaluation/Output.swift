import YAML

/// What a template has written so far. Kept native, a single piece keeps its type, as in Ansible.
struct Output {
    private(set) var text = ""
    private var single: Datum?
    private let keepsNative: Bool

    /// More than any configuration file is.
    static let largest = 32 << 20

    init(native: Bool) { keepsNative = native }

    mutating func write(_ piece: String) throws {
        if piece.isEmpty { return }
        try flush()
        text += piece
        guard text.utf8.count <= Output.largest else { throw Fault("the text written is larger than 32 MiB") }
    }

    mutating func write(_ datum: Datum) throws {
        if case .value(.null) = datum { return }
        if keepsNative, text.isEmpty, single == nil {
            if case .undefined(let undefined) = datum, !undefined.isSilent { throw undefined.problem() }
            single = datum
            return
        }
        try flush()
        try write(Output.text(of: datum))
    }

    private mutating func flush() throws {
        guard let first = single else { return }
        single = nil
        text += try Output.text(of: first)
    }

    /// What was written: nothing is null, one piece is itself, several are a string.
    var result: Datum {
        if let single { return single }
        return text.isEmpty ? .null : .string(text)
    }

    /// How a value looks in a text: null and `omit` are nothing.
    static func text(of datum: Datum) throws -> String {
        let value = try datum.value()
        return value == .null || value == .omit ? "" : PythonText.text(of: value)
    }
}
