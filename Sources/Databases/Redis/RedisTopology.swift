import Modules

/// All Redis servers of the site as they were found, and what that means.
package struct RedisTopology: Hashable, Sendable {
    package var servers: [RedisSight]
    /// Nil in the plain profile.
    package var circle: SentinelCircle?

    package init(_ servers: [RedisSight], circle: SentinelCircle? = nil) {
        self.servers = servers
        self.circle = circle
    }

    package subscript(_ name: String) -> RedisSight? { servers.first { $0.name == name } }

    package var writers: [RedisSight] { servers.filter { $0.report?.takesWrites == true } }

    package var primary: RedisSight? { writers.count == 1 ? writers.first : nil }

    package func source(of server: RedisSight) -> RedisSight? {
        server.report?.source.flatMap { address in servers.first { $0.address == address } }
    }

    package var alarms: [DatabaseAlarm] {
        var alarms: [DatabaseAlarm] = []
        if writers.isEmpty { alarms.append(DatabaseAlarm(nil, "no server takes writes")) }
        if writers.count > 1 {
            let names = writers.map(\.name).joined(separator: " and ")
            alarms.append(DatabaseAlarm(nil, "\(names) both take writes: split brain"))
        }
        alarms += servers.flatMap { server in texts(of: server).map { DatabaseAlarm(server.name, $0) } }
        return alarms + (circle?.alarms(self) ?? [])
    }

    private func texts(of server: RedisSight) -> [String] {
        guard let report = server.report else { return [server.silence ?? "does not answer"] }
        var texts = report.persistenceErrors.map { "\($0) is not ok: what it holds may not survive a restart" }
        if let source = report.source {
            if !report.isLinked { texts.append("its link to \(self.source(of: server)?.name ?? source) is down") }
            if let primary, source != primary.address {
                texts.append("copies from \(source), which is not the primary")
            }
            if let silence = report.silence, silence > 10 { texts.append("has not heard its source for \(silence) s") }
        }
        if report.source != server.recordedSource {
            let recorded = server.recordedSource.map { "a replica of \($0)" } ?? "the primary"
            texts.append(
                "its \(circle == nil ? "role file" : "redis.conf") would make it \(recorded) at the next start")
        }
        return texts
    }

    /// - Throws: `ModuleFailure` where Sentinel moves the writes: two who do make two primaries.
    package func refuseBesideSentinel() throws {
        guard circle == nil, let server = servers.first(where: \.isKeptBySentinel) else { return }
        throw ModuleFailure(
            """
            \(server.name) was given to Sentinel, which moves the writes here, and the inventory's redis_profile is plain
            set redis_profile: sentinel, or leave it with: intchainctl apply playbooks/leave-sentinel.yml
            """)
    }

    /// - Throws: `ModuleFailure` when a server that was asked for is none of them.
    func refuseAStranger(_ name: String?) throws {
        guard let name, self[name] == nil else { return }
        throw ModuleFailure(
            "\(name) is none of the Redis servers: they are \(servers.map(\.name).joined(separator: ", "))")
    }

    /// The servers as a small tree.
    package var tree: [String] {
        let width = (servers.map(\.name.count).max() ?? 0) + 3
        let roots = servers.filter { source(of: $0) == nil || source(of: $0).flatMap(source(of:))?.name == $0.name }
        let lines = roots.flatMap { root -> [String] in
            let children = servers.filter { server in
                source(of: server)?.name == root.name && !roots.contains { $0.name == server.name }
            }
            return [line(root, indent: "", width)] + children.map { line($0, indent: "└─ ", width) }
        }
        return lines + (circle.map { [$0.line(self)] } ?? [])
    }

    private func line(_ server: RedisSight, indent: String, _ width: Int) -> String {
        let name = indent + server.name
        let padding = String(repeating: " ", count: max(0, width - name.count))
        guard let report = server.report else { return "\(name)\(padding)  \(server.silence ?? "does not answer")" }
        var facts = ["Redis \(report.version)", report.takesWrites ? "takes writes" : "replica", "\(report.keys) keys"]
        if report.source != nil {
            let down = report.linkDown.map { "link down for \($0) s" } ?? "link down"
            facts.append(report.isLinked ? "linked" : down)
            let behind = (source(of: server)?.report?.offset ?? report.offset) - report.offset
            facts.append(behind > 0 ? "\(behind) bytes behind" : "in step")
            if let silence = report.silence { facts.append("heard its source \(silence) s ago") }
        }
        return "\(name)\(padding)  \(facts.joined(separator: ", "))"
    }
}
