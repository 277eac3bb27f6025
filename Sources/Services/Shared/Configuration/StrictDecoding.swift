/// A key that no setting has.
struct UnknownSettingsKey: Error {
    let path: [any CodingKey]
    let known: [String]
}

/// A setting of the right type whose value makes no sense.
struct UnusableSetting: Error {
    let path: [any CodingKey]
    let reason: String
}

/// Any key at all: to see which keys an object has.
struct AnySettingsKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

extension Decoder {
    /// The object's members, after a check that each of its keys is known.
    func settings<Key: CodingKey & CaseIterable>(_ keys: Key.Type) throws -> KeyedDecodingContainer<Key> {
        let known = Key.allCases.map(\.stringValue)
        let unknown = try container(keyedBy: AnySettingsKey.self).allKeys.filter { !known.contains($0.stringValue) }
        if let key = unknown.min(by: { $0.stringValue < $1.stringValue }) {
            throw UnknownSettingsKey(path: codingPath + [key], known: known)
        }
        return try container(keyedBy: Key.self)
    }
}

extension KeyedDecodingContainer {
    /// The value, or the default when the key is absent or null.
    func value<Value: Decodable>(_ key: Key, default fallback: Value) throws -> Value {
        try decodeIfPresent(Value.self, forKey: key) ?? fallback
    }

    /// A number of seconds within a range, as a duration.
    func seconds(_ key: Key, default fallback: Double, in range: ClosedRange<Double>) throws -> Duration {
        let seconds = try value(key, default: fallback)
        guard range.contains(seconds) else {
            throw UnusableSetting(
                path: codingPath + [key], reason: "must be between \(range.lowerBound) and \(range.upperBound) seconds")
        }
        return .milliseconds(Int64(seconds * 1000))
    }

    /// A whole number within a range.
    func number(_ key: Key, default fallback: Int, in range: ClosedRange<Int>) throws -> Int {
        let number = try value(key, default: fallback)
        guard range.contains(number) else {
            throw UnusableSetting(
                path: codingPath + [key], reason: "must be between \(range.lowerBound) and \(range.upperBound)")
        }
        return number
    }

    /// A list of one or more `host:port`, none twice.
    func addresses(_ key: Key, defaultPort: UInt16) throws -> [ServerAddress] {
        let addresses = try decode([String].self, forKey: key).map { text in
            guard let address = ServerAddress(text, defaultPort: defaultPort) else {
                throw UnusableSetting(path: codingPath + [key], reason: "'\(text)' is not host:port")
            }
            return address
        }
        guard !addresses.isEmpty else { throw UnusableSetting(path: codingPath + [key], reason: "names no server") }
        guard Set(addresses).count == addresses.count else {
            throw UnusableSetting(path: codingPath + [key], reason: "names a server twice")
        }
        return addresses
    }
}
