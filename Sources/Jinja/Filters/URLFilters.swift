import OrderedCollections
import YAML

extension Filter {
    /// Filters about URLs.
    static let urlFilters: [String: Filter] = [
        "urlencode": Filter { value, _ in
            let pairs: [Value]
            switch value {
            case .map(let map): pairs = map.map { .list([$0.key, $0.value]) }
            case .list(let items): pairs = items
            default: return .string(encoded(PythonText.text(of: value), keeps: "/"))
            }
            return .string(
                try pairs.map { pair in
                    guard let parts = pair.list, parts.count == 2 else { throw Fault("filter 'urlencode' needs pairs") }
                    return parts.map { encoded(PythonText.text(of: $0), keeps: "", isQuery: true) }
                        .joined(separator: "=")
                }.joined(separator: "&"))
        },
        "urlsplit": .text(["query"]) { text, arguments in
            let parts = split(text)
            guard let wanted = try arguments.string("query") else { return .map(parts) }
            guard let part = parts[.string(wanted)] else { throw Fault("a URL has no part '\(wanted)'") }
            return part
        },
    ]

    private static func encoded(_ text: String, keeps: String, isQuery: Bool = false) -> String {
        let unreserved = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-~\(keeps)".utf8)
        return text.utf8.map { byte in
            if unreserved.contains(byte) { return String(Unicode.Scalar(byte)) }
            if isQuery, byte == 0x20 { return "+" }
            let hex = String(byte, radix: 16, uppercase: true)
            return byte < 16 ? "%0\(hex)" : "%\(hex)"
        }.joined()
    }

    private static func split(_ text: String) -> ValueMap {
        var rest = text[...]
        func cut(after separator: Character) -> String? {
            guard let index = rest.firstIndex(of: separator) else { return nil }
            defer { rest = rest[..<index] }
            return String(rest[rest.index(after: index)...])
        }
        let fragment = cut(after: "#") ?? ""
        let query = cut(after: "?") ?? ""
        var scheme = ""
        if let colon = rest.firstIndex(of: ":"), rest[..<colon].allSatisfy({ $0.isLetter || $0.isNumber }) {
            scheme = rest[..<colon].lowercased()
            rest = rest[rest.index(after: colon)...]
        }
        var location = ""
        if rest.hasPrefix("//") {
            location = String(rest.dropFirst(2).prefix { $0 != "/" })
            rest = rest.dropFirst(2 + location.count)
        }
        let user = location.lastIndex(of: "@").map { location[..<$0] }
        let host = user.map { location.dropFirst($0.count + 1) } ?? location[...]
        let port = host.lastIndex(of: ":").flatMap { Int(host[host.index(after: $0)...]) }
        let name = port == nil ? host : host[..<(host.lastIndex(of: ":") ?? host.endIndex)]
        let credentials = user?.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        return [
            "fragment": .string(fragment), "hostname": name.isEmpty ? .null : .string(name.lowercased()),
            "netloc": .string(location),
            "password": credentials.flatMap { $0.count > 1 ? .string(String($0[1])) : .null } ?? .null,
            "path": .string(String(rest)), "port": port.map(Value.int) ?? .null, "query": .string(query),
            "scheme": .string(scheme), "username": credentials.map { .string(String($0[0])) } ?? .null,
        ]
    }
}
