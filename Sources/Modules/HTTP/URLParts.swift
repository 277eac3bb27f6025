/// The parts of an http or https URL that say where to connect.
struct URLParts: Hashable, Sendable {
    var scheme: String
    var host: String
    var port: Int

    /// nil for anything but `http://…` and `https://…` with a host and a legal port.
    init?(_ text: String) {
        guard let scheme = ["http", "https"].first(where: { text.lowercased().hasPrefix("\($0)://") }) else {
            return nil
        }
        let rest = text.dropFirst(scheme.count + 3)
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let place = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
        guard let (host, portText) = Self.split(place), !host.isEmpty else { return nil }
        guard let port = portText.isEmpty ? (scheme == "https" ? 443 : 80) : Int(portText), (1...65535).contains(port)
        else { return nil }
        self.scheme = scheme
        self.host = host
        self.port = port
    }

    /// Host and port text of `name:80`, `10.0.0.1`, `[::1]:80`.
    private static func split(_ place: Substring) -> (String, String)? {
        if place.hasPrefix("[") {
            guard let end = place.firstIndex(of: "]") else { return nil }
            let rest = place[place.index(after: end)...]
            guard rest.isEmpty || rest.hasPrefix(":") else { return nil }
            return (String(place[..<end].dropFirst()), String(rest.dropFirst()))
        }
        let parts = place.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        return (String(parts[0]), parts.count == 2 ? String(parts[1]) : "")
    }
}
