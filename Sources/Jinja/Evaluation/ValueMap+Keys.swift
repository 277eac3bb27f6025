import OrderedCollections
import YAML

extension ValueMap {
    /// The key that Python takes for the same as this one, where the mapping has it: `1`, `1.0` and `true` are one key.
    func present(_ key: Value) -> Value {
        guard self[key] == nil, let number = key.number else { return key }
        var alike = [Value.float(number)]
        if let whole = Int(exactly: number) { alike.append(.int(whole)) }
        if number == 0 || number == 1 { alike.append(.bool(number == 1)) }
        return alike.first { self[$0] != nil } ?? key
    }

    /// What Python finds under the key.
    func found(_ key: Value) -> Value? { self[present(key)] }
}
