import Glibc
import SystemPackage

extension LabSite {
    /// How long hosts may take to stop in order.
    private static let stopLimit = Duration.seconds(60)

    /// Stops all hosts and removes what the lab has put on the machine; with `purge` also its files.
    ///
    /// - Returns: false when there was no such lab.
    @discardableResult
    package func down(purge: Bool) async throws -> Bool {
        try Prerequisites.requireRoot(for: "down")
        let lock = try await lock()
        defer { withExtendedLifetime(lock) {} }
        let hosts = try hostsLeft()
        let present = paths.state.exists || paths.purged.exists || !hosts.isEmpty
        if !hosts.isEmpty {
            try await step("stop \(hosts.count) hosts") { try await onAll(hosts) { try await stop($0) } }
        }
        for command in network().remove { await machine.attempt(command) }
        rmdir(try Prerequisites.controlGroups().appending(name.text).string)
        try Mounts.clear(paths.state)
        if purge {
            if present { try await step("remove \(paths.state)") { try await removeState() } }
            unlink(paths.lock.string)
        }
        return present
    }

    /// A host's orderly end, by force after a while.
    func stop(_ host: LabHost) async throws {
        let group = try group(of: host)
        if let process = group.initProcess {
            HostSignal.powerOff.send(to: process)
            if await !group.waitUntilEmpty(limit: Self.stopLimit) {
                progress(.note("\(host.name) does not stop: cutting its power"))
            }
        }
        try await clear(host)
    }

    /// What the record names, and what has left traces although the record is gone or damaged.
    private func hostsLeft() throws -> [LabHost] {
        let recorded = (try? LabRecord.load(from: paths.record, of: name))?.hosts ?? []
        let names =
            paths.state.appending("hosts").entries
            + (try Prerequisites.controlGroups().appending(name.text).entries)
        let known = Topology.site + (try Topology.spares(Topology.mostSpares))
        let traces = known.filter { host in names.contains(host.name) }
        return Topology.union(recorded, traces)
    }

    private func removeState() async throws {
        try await finishPurge()
        guard paths.state.exists else { return }
        guard rename(paths.state.string, paths.purged.string) == 0 else {
            throw LabError.file(paths.state, operation: "remove", reason: Errno(rawValue: errno).description)
        }
        try await finishPurge()
    }

    /// Removes what a purge has set aside, this one or one that was cut off.
    func finishPurge() async throws {
        guard paths.purged.exists else { return }
        try await machine.require(Command("rm", ["-rf", "--one-file-system", paths.purged.string]))
    }
}

/// What a host's systemd understands as orders.
enum HostSignal {
    case powerOff
    case reboot

    /// The first real-time signal that programs may use; C's own two come before it.
    private static let firstRealTime: Int32 = 34

    private var number: Int32 {
        switch self {
        case .powerOff: Self.firstRealTime + 4
        case .reboot: Self.firstRealTime + 5
        }
    }

    /// To the host's first process, which may have gone meanwhile.
    func send(to process: Int32) {
        kill(process, number)
    }
}
