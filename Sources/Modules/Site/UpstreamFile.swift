/// Nginx's file of one upstream: its servers, their options, and which of them are down.
struct UpstreamFile: Hashable, Sendable {
    struct Server: Hashable, Sendable {
        /// `address:port`.
        var address: String
        var options: [String]
        var isDown: Bool
        /// It missed a rollout: it must not take requests before it serves what the others serve.
        var isBehind = false
        /// What took it out puts it back, unless somebody else takes it out meanwhile.
        var isBrief = false
    }

    var name: String
    var servers: [Server]
    /// Idle connections that each worker keeps open; 0 for none.
    var keepalive: Int

    init(name: String, servers: [Server], keepalive: Int) {
        self.name = name
        self.servers = servers
        self.keepalive = keepalive
    }

    /// Reads what `text` writes.
    /// - Returns: nil for a file that is no single upstream of servers.
    init?(parsing text: String) {
        var name: String?
        var servers: [Server] = []
        var keepalive = 0
        for line in text.split(separator: "\n") {
            let code = line.prefix { $0 != "#" }
            let words = code.split { " \t;{}".contains($0) }.map(String.init)
            guard let first = words.first else { continue }
            switch first {
            case "upstream" where words.count == 2 && name == nil: name = words[1]
            case "server" where words.count >= 2:
                servers.append(
                    Server(
                        address: words[1], options: words.dropFirst(2).filter { $0 != "down" },
                        isDown: words.contains("down"),
                        isBehind: line.dropFirst(code.count).contains(Self.behind),
                        isBrief: line.dropFirst(code.count).contains(Self.brief)))
            case "keepalive" where words.count == 2: keepalive = Int(words[1]) ?? 0
            default: return nil
            }
        }
        guard let name else { return nil }
        self.init(name: name, servers: servers, keepalive: keepalive)
    }

    private static let behind = "behind: missed a rollout"
    private static let brief = "brief: put back by what took it out"

    var text: String {
        let lines = servers.map { server in
            "    server " + ([server.address] + server.options + (server.isDown ? ["down"] : [])).joined(separator: " ")
                + ";" + (server.isBehind ? "  # \(Self.behind)" : server.isBrief ? "  # \(Self.brief)" : "")
        }
        let idle = keepalive > 0 ? ["    keepalive \(keepalive);"] : []
        let head = [
            "# Written by intchainctl, which keeps the `down` marks: drains and failovers set them.",
            "upstream \(name) {",
        ]
        return (head + lines + idle + ["}"]).joined(separator: "\n") + "\n"
    }

    func server(_ address: String) -> Server? { servers.first { $0.address == address } }

    var up: [Server] { servers.filter { !$0.isDown } }

    /// The same servers with the marks that they have in the present file. New ones are down while one of those that
    /// were there is up: they may have nothing to serve yet.
    func joining(_ present: UpstreamFile) -> UpstreamFile {
        var file = present.servers.filter(\.isDown).reduce(self) {
            $0.marking($1.address, down: true, behind: $1.isBehind, brief: $1.isBrief)
        }
        let known = servers.filter { present.server($0.address) != nil }.map(\.address)
        guard file.up.contains(where: { known.contains($0.address) }) else { return file }
        for server in servers where !known.contains(server.address) { file = file.marking(server.address, down: true) }
        return file
    }

    /// The same file with one server marked.
    /// - Parameter behind: nil leaves that as it is.
    func marking(_ address: String, down: Bool, behind: Bool? = nil, brief: Bool = false) -> UpstreamFile {
        var file = self
        for index in file.servers.indices where file.servers[index].address == address {
            file.servers[index].isDown = down
            file.servers[index].isBrief = down && brief
            if let behind { file.servers[index].isBehind = behind }
        }
        return file
    }
}
