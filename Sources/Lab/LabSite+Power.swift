import Glibc
import SystemPackage

extension LabSite {
    /// How long services may take to stop before a reboot.
    private static let rebootLimit = Duration.seconds(100)

    /// Restarts a host in order, as `reboot` on it does, and waits until it can be logged in to again.
    package func reboot(_ name: String) async throws {
        try Prerequisites.requireRoot(for: "reboot")
        let host = try record().host(name)
        let group = try group(of: host)
        guard let process = group.initProcess else { throw LabError.hostStopped(name, lab: self.name) }
        try await step("reboot \(name)") {
            try await onAll([host]) { host in
                HostSignal.reboot.send(to: process)
                try await waitForEnd(of: process, in: group)
                try await waitForLogin(host, group: group)
            }
        }
    }

    private func waitForEnd(of process: Int32, in group: ControlGroup) async throws {
        let deadline = ContinuousClock.now + Self.rebootLimit
        while group.initProcess == process {
            guard ContinuousClock.now < deadline else { throw LabError.rebootFailed }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    /// A power cut: every process of the host dies at this instant, its disk keeps what was written.
    package func kill(_ name: String) async throws {
        try Prerequisites.requireRoot(for: "kill")
        let host = try record().host(name)
        try await step("cut the power of \(name)") { try await group(of: host).kill() }
    }

    /// Boots a host that is down, on the disk it had.
    package func start(_ name: String) async throws {
        try Prerequisites.requireRoot(for: "start")
        let lock = try await lock()
        defer { withExtendedLifetime(lock) {} }
        let record = try record()
        let host = try record.host(name)
        let image = BaseImage.path(key: record.image, in: paths.cache)
        guard image.exists else { throw LabError.imageGone(key: record.image, lab: self.name) }
        try await step("start \(name)") {
            try await onAll([host]) { _ = try await ensureRunning($0, record: record, image: image) }
        }
    }

    /// Stops a host in order.
    package func stop(_ name: String) async throws {
        try Prerequisites.requireRoot(for: "stop")
        let lock = try await lock()
        defer { withExtendedLifetime(lock) {} }
        let host = try record().host(name)
        try await step("stop \(name)") { try await stop(host) }
    }
}
