import ArgumentParser
import Diagnostics
import Fleet
import Modules
import OrderedCollections
import Playbooks
import YAML

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// `intchainctl render PLAYBOOK DIR`: every host's rendered files in a folder, for review; no host is contacted.
struct Render: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write every host's rendered files into a folder, for review; contact nobody.")

    @Argument(help: "The playbook.", completion: .file(extensions: ["yml", "yaml"]))
    var playbook: String

    @Argument(help: "The folder to write to: DIR/HOST/path/of/file.", completion: .directory)
    var directory: String

    @OptionGroup var flags: RunFlags

    @Option(help: "What to assume of hosts that are not asked: Debian or RedHat.")
    var osFamily = "Debian"

    func run() async throws {
        let context = Context.live()
        let runner = PlaybookCommand(context: context, flags: flags)
        let loaded = try runner.load(playbook)
        let site = context.site(loaded.inventory, options: loaded.options, observer: SilentView())
        let files = try RenderedFiles(loaded.playbook, on: site).files { [osFamily] host in
            AssumedFacts(osFamily: osFamily, host: host).facts
        }
        for file in files { try write(file) }
        let problems = files.compactMap(\.problem)
        for problem in problems { context.console.say(problem.description) }
        context.console.say("\(files.count - problems.count) files in \(directory), readable by you only")
        if !problems.isEmpty { try ExitStatus.badInput.throwUnlessDone() }
    }

    /// Rendered files may hold passwords: folders 0700, files 0600.
    private func write(_ file: RenderedFiles.File) throws {
        guard let text = file.text else { return }
        let path = ProjectPath.join(directory, file.host + "/" + file.path)
        try FileManager.default.createDirectory(
            atPath: ProjectPath.directory(of: path), withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        guard
            FileManager.default.createFile(
                atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
        else { throw CommandFailure("cannot write \(path)") }
    }
}

/// Facts of a host that nobody asked.
struct AssumedFacts {
    let osFamily: String
    let host: String

    var facts: HostFacts {
        HostFacts([
            "os_family": .string(osFamily), "distribution": .string(osFamily == "Debian" ? "Ubuntu" : "CentOS"),
            "distribution_version": .string(osFamily == "Debian" ? "22.04" : "8"),
            "distribution_major_version": .string(osFamily == "Debian" ? "22" : "8"),
            "distribution_release": .string(osFamily == "Debian" ? "jammy" : ""),
            "hostname": .string(host), "fqdn": .string(host), "nodename": .string(host), "architecture": "x86_64",
            "memtotal_mb": 4096, "processor_vcpus": 2, "service_mgr": "systemd", "user_id": "root",
            "default_ipv4": ["address": "127.0.0.1", "interface": "eth0"], "all_ipv4_addresses": ["127.0.0.1"],
        ])
    }
}
