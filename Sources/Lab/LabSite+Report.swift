import Glibc
import SystemPackage

extension LabSite {
    /// How each host does, asked of the machine itself, so that it works when a host's sshd does not.
    package func report() async throws -> LabReport {
        try Prerequisites.requireRoot(for: "status")
        let record = try record()
        let hosts = try await withThrowingTaskGroup(of: (Int, LabReport.Host).self) { group in
            for (index, host) in record.hosts.enumerated() {
                group.addTask { (index, try await report(host)) }
            }
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        return LabReport(
            lab: name.text, subnet: name.subnet.description, inventory: paths.inventory.string,
            hosts: record.hosts.indices.compactMap { hosts[$0] })
    }

    private func report(_ host: LabHost) async throws -> LabReport.Host {
        let group = try group(of: host)
        let process = group.initProcess
        var state: String?
        if let process { state = try await systemState(process) }
        return LabReport.Host(
            name: host.name, group: host.group, address: name.subnet.address(host.octet), running: process != nil,
            state: state, memoryUsedMB: process.map { _ in ProcessFacts.memoryMB(of: group.processes) },
            uptimeSeconds: process.flatMap(ProcessFacts.age))
    }

    private func systemState(_ process: Int32) async throws -> String {
        let ask = ["timeout", "5", "systemctl", "is-system-running"]
        let answer = try await machine.run(ContainerEntry(process: process).command(ask), line: nil)
        return answer.output.split(separator: "\n").last.map(String.init) ?? "unknown"
    }

    /// The command that runs a program inside a host as root, without its sshd.
    ///
    /// - Throws: `LabError.unknownHost`, `LabError.hostStopped`.
    package func entry(to name: String, _ words: [String]) throws -> Command {
        try Prerequisites.requireRoot(for: "exec")
        let host = try record().host(name)
        guard let process = try group(of: host).initProcess else {
            throw LabError.hostStopped(name, lab: self.name)
        }
        return ContainerEntry(process: process).command(words)
    }

    /// The command that opens an SSH session to a host.
    package func session(to name: String, _ words: [String]) throws -> Command {
        guard paths.privateKey.exists else { throw LabError.noLab(self.name) }
        guard paths.privateKey.isReadable else { throw LabError.notRoot(verb: "ssh") }
        let address = try LabAddressBook(knownHosts: paths.knownHosts.text()).address(of: name)
        return SSHClient(paths: paths).session(address: address, words)
    }
}

/// How to get into a running container.
struct ContainerEntry {
    let process: Int32

    func command(_ words: [String]) -> Command {
        let environment = [
            "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "LANG=C.UTF-8",
            "TERM=dumb",
        ]
        return Command("nsenter", ["--target", "\(process)", "--all", "--", "env", "-i"] + environment + words)
    }
}

/// Addresses by host name, out of the lab's known_hosts: readable without root, as the record is not.
struct LabAddressBook {
    private let addresses: [(name: String, address: String)]

    init(knownHosts text: String) {
        addresses = text.split(separator: "\n").compactMap { line in
            let names = line.prefix { $0 != " " }.split(separator: ",").map(String.init)
            return names.count == 2 ? (names[0], names[1]) : nil
        }
    }

    func address(of name: String) throws(LabError) -> String {
        guard let found = addresses.first(where: { $0.name == name }) else {
            throw .unknownHost(name, known: addresses.map(\.name))
        }
        return found.address
    }
}

/// What /proc says about processes.
enum ProcessFacts {
    /// Proportional share of memory, in megabytes.
    static func memoryMB(of processes: [Int32]) -> Int {
        let kilobytes = processes.compactMap { process in
            (try? FilePath("/proc/\(process)/smaps_rollup").text()).flatMap(proportionalSize)
        }
        return kilobytes.reduce(0, +) / 1024
    }

    /// The `Pss:` line of smaps_rollup, in kilobytes.
    static func proportionalSize(rollup: String) -> Int? {
        let line = rollup.split(separator: "\n").first { $0.hasPrefix("Pss:") }
        return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
    }

    /// Seconds since a process began.
    static func age(_ process: Int32) -> Int? {
        guard let stat = try? FilePath("/proc/\(process)/stat").text(),
            let uptime = try? FilePath("/proc/uptime").text(),
            let now = Double(uptime.prefix { $0 != " " }), let start = startTicks(stat: stat)
        else { return nil }
        return max(0, Int(now - Double(start) / Double(sysconf(Int32(_SC_CLK_TCK)))))
    }

    /// Field 22 of /proc/PID/stat; the name in field 2 may hold blanks and brackets.
    static func startTicks(stat: String) -> Int? {
        guard let end = stat.lastIndex(of: ")") else { return nil }
        let fields = stat[end...].split(separator: " ")
        return fields.count > 20 ? Int(fields[20]) : nil
    }
}
