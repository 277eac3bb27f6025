import FoundationEssentials
package import YAML
import OrderedCollections

/// JSON text as plain data; object keys are in the order of their names.
package struct JSONValue: Decodable, Sendable {
    package let value: Value

    /// nil when the bytes are no JSON.
    package static func parse(_ bytes: [UInt8]) -> Value? {
        try? JSONDecoder().decode(JSONValue.self, from: Data(bytes)).value
    }

    package init(from decoder: any Decoder) throws {
        if let object = try? decoder.container(keyedBy: Key.self) {
            let entries = try object.allKeys.sorted { $0.stringValue < $1.stringValue }.map { key in
                (Value.string(key.stringValue), try object.decode(JSONValue.self, forKey: key).value)
            }
            value = .map(ValueMap(entries, uniquingKeysWith: { _, last in last }))
        } else if var array = try? decoder.unkeyedContainer() {
            var items: [Value] = []
            while !array.isAtEnd { items.append(try array.decode(JSONValue.self).value) }
            value = .list(items)
        } else {
            value = try Self.scalar(decoder.singleValueContainer())
        }
    }

    private static func scalar(_ container: any SingleValueDecodingContainer) throws -> Value {
        if container.decodeNil() { return .null }
        if let flag = try? container.decode(Bool.self) { return .bool(flag) }
        if let number = try? container.decode(Int.self) { return .int(number) }
        if let number = try? container.decode(Double.self) { return .float(number) }
        return .string(try container.decode(String.self))
    }

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}
