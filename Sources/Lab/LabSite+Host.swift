import Glibc
import SystemPackage

extension LabSite {
    /// How long a host may take to boot; a loaded machine is slow.
    private static let bootLimit = Duration.seconds(180)

    /// Boots a host unless it runs, and waits until `ops` can log in.
    ///
    /// - Returns: whether it was running already.
    func ensureRunning(_ host: LabHost, record: LabRecord, image: FilePath) async throws -> Bool {
        let group = try group(of: host)
        let running = group.initProcess != nil
        if running {
            try refreshNames(in: paths.host(host).root, host: host, record: record)
        } else {
            try await clear(host)
            try await mount(host, on: image)
            try await furnish(host, record: record)
            try await attach(host)
            try group.make()
            try await launch(host, group: group)
        }
        try await waitForLogin(host, group: group)
        return running
    }

    /// Removes what a host that does not run has left behind; its files stay.
    func clear(_ host: LabHost) async throws {
        try await group(of: host).kill()
        for command in network().detach(host) { await machine.attempt(command) }
        // `ip netns delete` leaves the file behind when a machine's reboot took the namespace away.
        unlink("/run/netns/\(name.namespace(of: host))")
        try Mounts.clear(paths.host(host).root)
        for folder in ["propagate", "unix-export"] {
            let leftover = FilePath("/run/systemd/nspawn/\(folder)/\(name.container(of: host))")
            try Mounts.clear(leftover)
            rmdir(leftover.string)
        }
    }

    private func mount(_ host: LabHost, on image: FilePath) async throws {
        let host = paths.host(host)
        for folder in [host.upper, host.work, host.root, host.docker, host.containerd] { try folder.makeFolders() }
        let layers = "lowerdir=\(image),upperdir=\(host.upper),workdir=\(host.work)"
        try await machine.require(
            Command("mount", ["-t", "overlay", "overlay", "-o", layers, host.root.string]))
    }

    /// Writes what makes the image this host.
    private func furnish(_ host: LabHost, record: LabRecord) async throws {
        let root = paths.host(host).root
        let files = HostFiles(lab: name, hosts: record.hosts, host: host)
        try root.appending("etc/hostname").write("\(host.name)\n")
        try root.appending("etc/resolv.conf").write(Resolver.ofThisMachine)
        try root.appending("etc/ssh/sshd_config.d/10-intchain-lab.conf").write(files.sshdConfiguration)
        let key = paths.host(host).key
        let hostKey = root.appending("etc/ssh/ssh_host_ed25519_key")
        try hostKey.write(key.text(), permissions: .ownerReadWrite)
        try FilePath("\(hostKey).pub").write(PublicKey.path(besides: key).text())
        // Owned by root: sshd accepts it, and a mistake of `ops` can't lock the lab out.
        try root.appending("home/ops/.ssh/authorized_keys").write(PublicKey.path(besides: paths.privateKey).text())
        try refreshNames(in: root, host: host, record: record)
        try await identify(root)
        try await setPassword(record.secrets.become, in: root)
    }

    /// A password of 166 random bits needs no slow hash, and every `sudo` on the lab would pay for one: Debian's yescrypt
    /// takes a tenth of a second of a processor each time.
    private func setPassword(_ password: String, in root: FilePath) async throws {
        let hashing = ["--crypt-method", "SHA512", "--sha-rounds", "1000"]
        try await machine.require(
            Command("chroot", [root.string, "chpasswd"] + hashing, input: "ops:\(password)\n"))
    }

    /// The names of all hosts of the lab; a lab can grow while it runs.
    private func refreshNames(in root: FilePath, host: LabHost, record: LabRecord) throws {
        let path = root.appending("etc/hosts")
        let present = try path.text()
        let wanted = HostFiles(lab: name, hosts: record.hosts, host: host).hostsFile(present: present)
        if wanted != present { try path.write(wanted) }
    }

    /// A machine id of its own: an empty one would make systemd take the boot for the first, and ask questions.
    private func identify(_ root: FilePath) async throws {
        let path = root.appending("etc/machine-id")
        guard (try? path.text())?.isEmpty ?? true else { return }
        var generator = SystemRandomNumberGenerator()
        let halves = (0..<2).map { _ in String(generator.next(), radix: 16) }
        try path.write(halves.map { String(repeating: "0", count: 16 - $0.count) + $0 }.joined() + "\n")
    }

    private func attach(_ host: LabHost) async throws {
        for command in network().attach(host) { try await machine.require(command) }
    }

    private func launch(_ host: LabHost, group: ControlGroup) async throws {
        let paths = paths.host(host)
        try paths.console.write("")
        let launcher = HostLauncher(lab: name, host: host, paths: paths, group: group)
        try await machine.require(launcher.command)
    }

    /// A login proves everything at once: network, sshd, host key, account, and that booting has got far enough.
    func waitForLogin(_ host: LabHost, group: ControlGroup) async throws {
        let console = paths.host(host).console
        let deadline = ContinuousClock.now + Self.bootLimit
        let login = SSHClient(paths: paths).command(address: name.subnet.address(host.octet), ["true"])
        var answer = CommandResult(output: "", failure: "no answer")
        while ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(250))
            if SocketProbe.accepts(name.subnet.address(host.octet), port: 22) {
                answer = try await machine.run(login, line: nil)
                if answer.failure == nil { return }
            } else if group.processes.isEmpty {
                throw LabError.bootFailed(console: console, last: Self.lastLines(of: console))
            }
        }
        throw LabError.bootFailed(console: console, last: answer.output)
    }

    private static func lastLines(of console: FilePath) -> String {
        ((try? console.text()) ?? "").split(separator: "\n").suffix(3).joined(separator: "\n")
    }
}
