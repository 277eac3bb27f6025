import Glibc
import SystemPackage

extension LabSite {
    /// Restarts a host in order, as `reboot` on it does, and waits until it can be logged in to again.
    package func reboot(_ name: String) async throws {
        try Prerequisites.requireRoot(for: "reboot")
        let host = try record().host(name)
        let group = try group(of: host)
        guard let process = group.initProcess else { throw LabError.hostStopped(name, lab: self.name) }
        try await step("reboot \(name)") {
            HostSignal.reboot.send(to: process)
            while group.initProcess == process { try await Task.sleep(for: .milliseconds(100)) }
            try await waitForLogin(host, group: group)
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
        _ = try await step("start \(name)") { try await ensureRunning(host, record: record, image: image) }
    }

    /// Stops a host in order.
    package func stop(_ name: String) async throws {
        try Prerequisites.requireRoot(for: "stop")
        let host = try record().host(name)
        try await step("stop \(name)") { try await stop(host) }
    }
}
