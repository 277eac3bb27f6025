import Modules

extension MySQLTopology {
    /// The servers as a small tree, sources above those who replicate from them.
    package var tree: [String] {
        let roots = servers.filter { server in source(of: server) == nil || isInCircle(server) }
        let width = servers.map(\.name.count).max() ?? 0
        return roots.flatMap { lines($0, width: width, path: []) }
    }

    private func isInCircle(_ server: MySQLSight) -> Bool {
        source(of: server).flatMap(source(of:))?.name == server.name
    }

    private func lines(_ server: MySQLSight, width: Int, path: [String]) -> [String] {
        let children = replicas(of: server).filter { !path.contains($0.name) && !isInCircle($0) }
        let indent = String(repeating: "   ", count: max(0, path.count - 1)) + (path.isEmpty ? "" : "└─ ")
        let name = server.name + String(repeating: " ", count: max(0, width + 3 - indent.count - server.name.count))
        return ["\(indent)\(name)  \(facts(of: server).joined(separator: ", "))"]
            + children.flatMap { lines($0, width: width, path: path + [server.name]) }
    }

    private func facts(of server: MySQLSight) -> [String] {
        guard let report = server.report else { return [server.silence ?? "does not answer"] }
        var facts = ["MySQL \(report.version)", report.takesWrites ? "takes writes" : "read-only"]
        if let epoch = server.epoch, report.takesWrites { facts.append("epoch \(epoch.number)") }
        if let channel = report.channel { facts += channel.facts(behind: behind(server).count) }
        let errant = errant(server).count
        if errant > 0 { facts.append("\(errant) errant") }
        if let semisync = report.semisync, semisync.isWanted, report.takesWrites {
            facts.append("semisync \(semisync.isOn ? "on" : "fallen back") with \(semisync.replicas)")
        }
        facts.append("binlog \(report.binlogBytes.asSize)\(report.diskFree.map { " of \($0.asSize) free" } ?? "")")
        return facts
    }
}

extension MySQLReport.Channel {
    fileprivate func facts(behind: Int) -> [String] {
        var facts = [isRunning ? "replicates" : "receiver \(receiver), applier \(applier)"]
        facts.append(behind == 0 ? "in step" : "\(behind) transactions behind")
        if let lag, lag > 0 { facts.append("lag \(lag.asSeconds)") }
        if let silence { facts.append("heard its source \(silence.asSeconds) ago") }
        return facts
    }
}

extension Int {
    /// Bytes for people: `640 kB`, `12 MB`, `3.4 GB`.
    fileprivate var asSize: String {
        if self < 1 << 20 { return "\(self >> 10) kB" }
        if self < 10 << 30 { return "\(self >> 20) MB" }
        return "\(self >> 30) GB"
    }
}

extension Double {
    fileprivate var asSeconds: String { "\((self * 10).rounded() / 10) s" }
}
