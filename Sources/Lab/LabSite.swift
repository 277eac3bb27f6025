import Glibc
import SystemPackage

/// One lab on this machine: real servers, each a systemd container with its own address.
package struct LabSite: Sendable {
    package let name: LabName
    package let paths: LabPaths
    let machine: any Machine
    let progress: LabProgress

    package init(
        _ name: LabName, paths: LabPaths? = nil, machine: any Machine = LocalMachine(),
        progress: @escaping LabProgress = { _ in }
    ) {
        self.name = name
        self.paths = paths ?? LabPaths(name: name)
        self.machine = machine
        self.progress = progress
    }

    /// Does one step and tells how long it took.
    func step<Result>(_ title: String, _ body: () async throws -> Result) async throws -> Result {
        progress(.began(title))
        let start = ContinuousClock.now
        let result = try await body()
        progress(.ended(title, after: ContinuousClock.now - start))
        return result
    }

    /// Only one command changes a lab at a time.
    func lock() async throws -> FileLock {
        try await FileLock(paths.lock, limit: .seconds(600)) {
            progress(.note("another intchainctl works on this lab: waiting for it"))
        }
    }

    /// - Throws: `LabError.noLab`.
    func record() throws -> LabRecord {
        guard let record = try LabRecord.load(from: paths.record, of: name) else { throw LabError.noLab(name) }
        return record
    }

    func group(of host: LabHost) throws -> ControlGroup {
        ControlGroup(folder: try Prerequisites.controlGroups().appending(name.text).appending(host.name))
    }

    func network() -> NetworkPlan {
        NetworkPlan(lab: name, mtu: MachineRoute.mtu())
    }

    /// The same work on every host at once; each host's failure is told, none hides another's.
    func onAll(_ hosts: [LabHost], _ body: @escaping @Sendable (LabHost) async throws -> Void) async throws {
        let failures = await withTaskGroup(of: LabError.HostFailure?.self) { group in
            for host in hosts {
                group.addTask {
                    do {
                        try await body(host)
                        return nil
                    } catch {
                        return LabError.HostFailure(host: host.name, reason: "\(error)")
                    }
                }
            }
            return await group.reduce(into: []) { failures, failure in failures += failure.map { [$0] } ?? [] }
        }
        try Task.checkCancellation()
        guard failures.isEmpty else {
            throw LabError.hostsFailed(hosts.compactMap { host in failures.first { $0.host == host.name } })
        }
    }
}

/// The machine's way to the world.
enum MachineRoute {
    /// The packet size of the device with the default route; 1500 when there is none.
    static func mtu() -> Int {
        let routes = (try? FilePath("/proc/net/route").text()) ?? ""
        guard let device = device(routes: routes) else { return 1500 }
        let text = try? FilePath("/sys/class/net/\(device)/mtu").text()
        return min(1500, text.flatMap { Int($0.prefix { $0.isNumber }) } ?? 1500)
    }

    /// The device of the line whose destination is all zeros, in the form of /proc/net/route.
    static func device(routes: String) -> String? {
        let words = routes.split(separator: "\n").dropFirst().map { $0.split(separator: "\t") }
        return words.first { $0.count > 2 && $0[1] == "00000000" }.map { String($0[0]) }
    }
}
