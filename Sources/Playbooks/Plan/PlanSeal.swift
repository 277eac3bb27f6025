import Digests

/// Digests of a plan, made with the plan's own random key: what was digested can't be looked up in a table.
struct PlanSeal: Sendable, Hashable {
    let key: [UInt8]

    init() {
        var generator = SystemRandomNumberGenerator()
        key = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    /// nil unless it is the text of a key.
    init?(_ text: String) {
        guard text.utf8.count == 64 else { return nil }
        let digits = Array(text)
        let bytes = stride(from: 0, to: 64, by: 2).compactMap { UInt8(String(digits[$0...($0 + 1)]), radix: 16) }
        guard bytes.count == 32 else { return nil }
        key = bytes
    }

    var text: String { key.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }

    func code(_ text: String) -> String { MessageCode.hex(text.utf8, key: key) }
    func code(_ bytes: [UInt8]) -> String { MessageCode.hex(bytes, key: key) }
}
