import Diagnostics
import Fleet
import Foundation
import Health
import Modules
import OrderedCollections
import Playbooks
import Remote
import Synchronization
import Testing
import YAML

/// Everything that was told during a run, in order.
final class Recorder: RunObserver {
    private let events = Mutex<[RunEvent]>([])
    private let told: @Sendable (RunEvent) -> Void

    /// - Parameter told: called with each event too.
    init(told: @escaping @Sendable (RunEvent) -> Void = { _ in }) {
        self.told = told
    }

    func observe(_ event: RunEvent) async {
        events.withLock { $0.append(event) }
        told(event)
    }

    var all: [RunEvent] { events.withLock { $0 } }
    var reports: [TaskReport] { all.compactMap { if case .taskFinished(let report) = $0 { report } else { nil } } }
}

/// How a playbook's run went.
struct TestRun {
    var recap: Recap
    var recorder: Recorder
    var transport: RecordingTransport

    var reports: [TaskReport] { recorder.reports }

    /// `host: task status`, in the order of the events; a debug task's message instead of its status.
    var lines: [String] {
        reports.map { "\($0.host): \($0.task.name)\($0.item.map { " (\($0))" } ?? "") \($0.status.rawValue)" }
    }

    /// What `debug` said, host by host.
    func said(_ host: String = "one") -> [String] {
        reports.filter { $0.host == host && $0.status == .ok }.compactMap(\.message)
    }

    func count(_ host: String = "one") -> HostRecap {
        recap.hosts.first { $0.host == host } ?? HostRecap(host: "nobody")
    }

    func status(_ task: String, _ host: String = "one") -> TaskReport.Status? {
        reports.last { $0.host == host && $0.task.name == task }?.status
    }

    func message(_ task: String, _ host: String = "one") -> String? {
        reports.last { $0.host == host && $0.task.name == task }?.message
    }

    /// The hosts that ran a task (and did not skip it).
    func ran(_ task: String) -> [String] {
        reports.filter { $0.task.name == task && $0.status != .skipped }.map(\.host)
    }

    /// The hosts on which a second shell was started.
    var companions: [String] { transport.companions }

    /// Round trips in which tasks have looked or changed something: a greeting that takes a look along is one.
    func roundTrips(_ host: String = "one") -> Int { transport.roundTrips.filter { $0.host == host }.count }
}

/// A project in memory and its inventory.
struct Project {
    var files: [String: String]
    var inventory: String
    var options = RunOptions()

    init(_ playbook: String, hosts: [String] = ["one"], files: [String: String] = [:]) {
        self.files = files
        self.files["site.yml"] = playbook
        inventory = "all:\n  hosts:\n" + hosts.map { "    \($0):\n" }.joined()
    }

    func load() throws -> Playbook {
        try PlaybookLoader(registry: .builtin, files: MemoryFiles(texts: files)).load("site.yml")
    }

    func loadInventory() throws -> Inventory {
        let folder = try Scratch()
        try folder.write("hosts.yml", inventory)
        return try Inventory.load([folder.path + "/hosts.yml"])
    }

    /// Every mistake that loading and the static check find, as people see them.
    func problems() throws -> [String] {
        let folder = try Scratch()
        try folder.write("hosts.yml", inventory)
        let files = MemoryFiles(texts: files)
        let check = StaticCheck(
            PlaybookLoader(registry: .builtin, files: files).read("site.yml"),
            inventory: InventoryReading([folder.path + "/hosts.yml"]), given: Set(options.extraVars.keys), files: files)
        return check.problems().map(\.description)
    }

    /// - Parameter arriving: waited for in each connect to a host.
    func run(
        lock: SiteLock? = nil, stop: StopRequest = StopRequest(), recorder: Recorder = Recorder(),
        owed: OwedFolder? = nil, arriving: @escaping @Sendable () async -> Void = {}
    ) async throws -> TestRun {
        let scratch = try Scratch()
        defer { withExtendedLifetime(scratch) {} }
        let transport = RecordingTransport(arriving: arriving)
        let site = try self.site(
            options, MemoryFiles(texts: files), recorder, transport, lock: lock, stop: stop,
            owed: owed ?? OwedFolder(base: scratch.path))
        let recap = try await PlaybookRun(try load(), on: site).execute()
        return TestRun(recap: recap, recorder: recorder, transport: transport)
    }

    func site(
        _ options: RunOptions, _ files: any ProjectFiles, _ observer: any RunObserver,
        _ transport: RecordingTransport = RecordingTransport(), lock: SiteLock? = nil,
        stop: StopRequest = StopRequest(), owed: OwedFolder = OwedFolder()
    ) throws -> Site {
        Site(
            inventory: try loadInventory(), options: options, transports: .init(ssh: transport, local: transport),
            http: NoHTTP(), observer: observer, files: files, lock: lock, stop: stop, owed: owed)
    }

    static let four = ["one", "two", "three", "four"]

    /// Runs a playbook on four hosts, or on those that are named.
    static func runOnFour(
        _ playbook: String, hosts: [String] = four, options: RunOptions = RunOptions(),
        files: [String: String] = [:]
    ) async throws -> TestRun {
        var project = Project(playbook, hosts: hosts, files: files)
        project.options = options
        return try await project.run()
    }

    /// The same project with extra variables, as `-e` gives them.
    func with(_ extra: ValueMap) -> Project {
        var copy = self
        for (name, value) in extra { copy.options.extraVars[name.string ?? ""] = Node(value: value, at: "-e") }
        return copy
    }
}

struct NoHTTP: HTTPProbe {
    func send(_ request: HTTPRequest, through tunnel: TunnelSocket?) async throws -> HTTPReply {
        throw HTTPError(url: request.url, reason: "no HTTP here")
    }
}

/// A folder that is gone when nobody holds it.
final class Scratch: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("playbooks-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path + "/" + name))
    }

    func read(_ name: String) -> String? {
        FileManager.default.contents(atPath: path + "/" + name).map { String(decoding: $0, as: UTF8.self) }
    }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path + "/" + name) }
}
