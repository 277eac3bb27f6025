import Fleet
import Foundation
import Modules
import OrderedCollections
import Playbooks
import Testing
import YAML

/// The same playbooks by both tools: the same counts, the same files, and nothing left to change for Ansible.
@Suite(.enabled(if: AnsiblePlaybook.isAvailable(), "no ansible-playbook: run scripts/oracles"))
struct AnsibleOracleTests {
    private let cases = Bundle.module.resourcePath.map { $0 + "/Cases" } ?? "Cases"
    /// Cases whose commands always run.
    private let alwaysChanging: Set<String> = ["counts"]

    @Test func runsPlaybooksAsAnsibleDoes() async throws {
        let scratch = try Scratch()
        let ours = try await runOurs(in: scratch.path + "/ours")
        try FileManager.default.copyItem(atPath: scratch.path + "/ours", toPath: scratch.path + "/ours-again")
        async let fresh = runTheirs(in: scratch.path + "/theirs")
        async let repeated = runTheirs(in: scratch.path + "/ours-again")
        let (theirs, again) = try await (fresh, repeated)
        for host in ours.recap.hosts {
            let counts = AnsiblePlaybook.Counts(
                ok: host.ok, changed: host.changed, failed: host.failed, skipped: host.skipped,
                rescued: host.rescued, ignored: host.ignored)
            #expect(counts == theirs.recap[host.host], "\(host.host)\n\(ours.story(of: host.host))")
            let differences = Tree("\(scratch.path)/ours/\(host.host)")
                .differences(from: Tree("\(scratch.path)/theirs/\(host.host)"))
            #expect(differences.isEmpty, "\(host.host):\n\(differences.joined(separator: "\n"))")
        }
        #expect(theirs.recap.count == ours.recap.hosts.count, "\(theirs.output.suffix(3000))")
        for (host, counts) in again.recap where !alwaysChanging.contains(host) {
            #expect(counts.changed == 0, "\(host)\n\(changedTasks(again.output, host))")
        }
    }

    private func runOurs(in base: String) async throws -> TestRun {
        try makeRoots(base)
        let recorder = Recorder()
        let transport = RecordingTransport()
        var options = RunOptions()
        for (name, value) in variables(base) { options.extraVars[name] = Node(value: .string(value), at: "-e") }
        let inventory = try Inventory.load([cases + "/hosts.yml"])
        let reading = PlaybookLoader(registry: .builtin).read(cases + "/site.yml")
        let playbook = reading.playbook
        let check = StaticCheck(
            reading, inventory: InventoryReading([cases + "/hosts.yml"]), given: Set(options.extraVars.keys))
        #expect(check.problems() == [])
        let site = Site(
            inventory: inventory, options: options, transports: .init(ssh: transport, local: transport),
            http: NoHTTP(), observer: recorder)
        let recap = try await PlaybookRun(playbook, on: site).execute()
        return TestRun(recap: recap, recorder: recorder, transport: transport)
    }

    private func runTheirs(in base: String) async throws -> (recap: [String: AnsiblePlaybook.Counts], output: String) {
        try makeRoots(base)
        return try await AnsiblePlaybook.run(
            cases + "/site.yml", inventory: cases + "/hosts.yml", variables: variables(base))
    }

    private func variables(_ base: String) -> [String: String] { ["base": base, "extra": "given"] }

    private func makeRoots(_ base: String) throws {
        for host in try Inventory.load([cases + "/hosts.yml"]).hosts.keys {
            try FileManager.default.createDirectory(atPath: "\(base)/\(host)", withIntermediateDirectories: true)
        }
    }

    private func changedTasks(_ output: String, _ host: String) -> String {
        var task = ""
        var found: [String] = []
        for line in output.split(separator: "\n") {
            if line.hasPrefix("TASK") || line.hasPrefix("RUNNING") { task = String(line) }
            if line.hasPrefix("changed: [\(host)") { found.append(task + " " + line) }
        }
        return found.joined(separator: "\n")
    }
}

extension TestRun {
    /// What a host did, a line a task.
    func story(of host: String) -> String {
        reports.filter { $0.host == host }.map { "\($0.task.name): \($0.status.rawValue) \($0.message ?? "")" }
            .joined(separator: "\n")
    }
}
