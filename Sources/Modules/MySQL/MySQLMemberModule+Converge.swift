import OrderedCollections
import Remote
import YAML

extension MySQLMemberModule {
    func converge(_ findings: Findings) throws -> Convergence {
        let server = try MySQLServer(findings(server))
        guard try findings(settings).get().first == ["ON", "1"] else {
            throw ModuleFailure(
                "\(name): replication needs gtid_mode=ON and log_bin: restart MySQL with the site's my.cnf")
        }
        let member = try member(server, findings)
        let place = try member.place()
        let changes = try changes(to: place, member, MySQLDialect(version: server.version), findings)
        return Convergence(changes, result: Self.result(place, name))
    }

    private func member(_ server: MySQLServer, _ findings: Findings) throws -> MySQLMember {
        MySQLMember(
            name: name, birthPrimary: birthPrimary, epoch: try findings(epoch).text.flatMap(Epoch.init(parsing:)),
            isReadOnly: server.isReadOnly, hasAccount: try !findings(accounts).get().isEmpty,
            channel: ReplicationChannel(try findings(channel).get().first),
            peers: try peers.map { peer in
                .init(name: peer.name, address: peer.address, state: Self.state(try findings(question(peer))))
            })
    }

    /// 1045 and 1130 are a server's refusals; anything else means that none was reached.
    private static func state(_ answer: SQLAnswer) -> MySQLMember.Peer.State {
        switch answer {
        case .refused(let error): [1045, 1130].contains(error.code) ? .stranger : .unreachable("\(error)")
        case .rows(let rows):
            rows.first.map { .seen(isReadOnly: $0.first == "1", isBlank: $0.last == "1") } ?? .unreachable("no answer")
        }
    }

    private func changes(
        to place: MySQLMember.Place, _ member: MySQLMember, _ dialect: MySQLDialect, _ findings: Findings
    ) throws -> [Change] {
        let scripts = MySQLMemberScripts(login: login, epochFile: epochFile, patience: patience)
        let others = peers.map { (name: $0.name, login: login(to: $0)) }
        switch place {
        case .birth(let epoch): return [scripts.birth(epoch, others, account: accountStatements)]
        case .reopening: return [scripts.reopen(others)]
        case .primary(let epoch):
            let account =
                try findings(accounts).get().isEmpty
                ? [login.change("create account \(account)", accountStatements)] : []
            return account + (member.epoch == epoch ? [] : [scripts.record(epoch)])
        case .replica(let peer, let epoch):
            return follow(peer, member.epoch == epoch ? nil : epoch, member, dialect, scripts)
        }
    }

    private var accountStatements: [SQL] {
        [
            "CREATE USER IF NOT EXISTS \(account.sql) IDENTIFIED BY \(password.reveal()) REQUIRE SSL",
            "GRANT REPLICATION SLAVE ON *.* TO \(account.sql)",
        ]
    }

    private func follow(
        _ peer: MySQLMember.Peer, _ epoch: Epoch?, _ member: MySQLMember, _ dialect: MySQLDialect,
        _ scripts: MySQLMemberScripts
    ) -> [Change] {
        guard let target = peers.first(where: { $0.name == peer.name }) else { return [] }
        let source = ReplicationSource(
            address: target.address, port: target.port, user: account.user, password: password,
            authorityFile: login.authorityFile)
        let end = (name: target.name, login: login(to: target))
        guard let channel = member.channel, channel.leads(to: source) else {
            let statements = [dialect.stopReplica, source.change(dialect), dialect.startReplica]
            return [scripts.follow("replicate from \(target.name)", end, epoch, statements)]
        }
        let start =
            channel.isStopped
            ? [scripts.follow("start the replication from \(target.name)", end, nil, [dialect.startReplica])] : []
        return start + (epoch.map { [scripts.record($0)] } ?? [])
    }

    private static func result(_ place: MySQLMember.Place, _ name: String) -> ValueMap {
        switch place {
        case .primary(let epoch), .birth(let epoch), .reopening(let epoch):
            ["role": "primary", "primary": .string(name), "epoch": .int(epoch.number)]
        case .replica(let peer, let epoch):
            ["role": "replica", "primary": .string(peer.name), "epoch": .int(epoch.number)]
        }
    }
}
