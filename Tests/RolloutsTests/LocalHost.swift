import Foundation
import Health
import Modules
import Remote
import Subprocess
import SystemPackage

/// This machine as a host: each fragment in a `sh` of its own, its text and its inputs in files, as on a real one.
struct LocalHost: ActionHost {
    let name = "here"
    let facts = HostFacts()
    let http: any HTTPProbe = NoHTTP()
    /// Called before each fragment; throwing ends the run there, as a killed client does.
    var before: @Sendable (Fragment) throws -> Void = { _ in }
    /// Each fragment's text goes through it, to stand for a host that is different.
    var rewriting: @Sendable (String) -> String = { $0 }
    /// The line is cut after so many bytes of a feed: what came is there, and nothing more follows.
    var cutAfter: Int?

    func run(_ fragments: [Fragment]) async throws -> [Reply] {
        var replies: [Reply] = []
        for fragment in fragments {
            try before(fragment)
            var fragment = fragment
            fragment.shell = Shell(verbatim: rewriting(fragment.shell.text))
            replies.append(try await Self.run(fragment))
            if fragment.effect == .changes, replies.last?.succeeded == false { break }
        }
        return replies
    }

    func run(_ fragment: Fragment, fedBy feed: any ByteFeed) async throws -> Reply {
        guard let cutAfter else { return try await run([try await fragment.collecting(feed)])[0] }
        let cut = CutFeed(feed, after: cutAfter)
        let replies = try await run([try await fragment.collecting(cut)])
        if await cut.wasCut { throw TransportError.lost(host: name, reason: "cut") }
        return replies[0]
    }

    private static func run(_ fragment: Fragment) async throws -> Reply {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("rollouts-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var script = ""
        for (index, input) in fragment.inputs.enumerated() {
            let file = folder.appendingPathComponent("in\(index + 1)")
            try Data(input).write(to: file)
            script += "in\(index + 1)=\(Shell.quote(file.path))\n"
        }
        let text = folder.appendingPathComponent("script")
        try Data((script + fragment.shell.text).utf8).write(to: text)
        // In files: what a fragment leaves running in the background would hold pipes open.
        let (output, errors) = (folder.appendingPathComponent("out"), folder.appendingPathComponent("err"))
        let result = try await Subprocess.run(
            .path("/bin/sh"), arguments: [text.path], input: .none,
            output: .fileDescriptor(try open(output), closeAfterSpawningProcess: true),
            error: .fileDescriptor(try open(errors), closeAfterSpawningProcess: true))
        let status: Int32 =
            switch result.terminationStatus {
            case .exited(let code): code
            case .signaled(let signal): 128 + signal
            }
        return Reply(
            status: status, stdout: Array(try Data(contentsOf: output)), stderr: Array(try Data(contentsOf: errors)))
    }

    private static func open(_ file: URL) throws -> FileDescriptor {
        try FileDescriptor.open(
            FilePath(file.path), .writeOnly, options: [.create, .truncate], permissions: [.ownerReadWrite])
    }

    func tunnel(to address: String, port: Int) async throws -> TunnelSocket {
        throw TransportError.lost(host: name, reason: "no tunnels here")
    }

    func peer(_ name: String) async throws -> any ActionHost { self }
    func progress(_ text: String) async {}
}

private struct NoHTTP: HTTPProbe {
    func send(_ request: HTTPRequest, through tunnel: TunnelSocket?) async throws -> HTTPReply {
        throw HTTPError(url: request.url, reason: "no HTTP here")
    }
}

/// Ends early.
private actor CutFeed: ByteFeed {
    private let feed: any ByteFeed
    private var left: Int
    private(set) var wasCut = false

    init(_ feed: any ByteFeed, after count: Int) {
        self.feed = feed
        left = count
    }

    func next() async throws -> [UInt8]? {
        guard let bytes = try await feed.next() else { return nil }
        wasCut = bytes.count > left
        guard left > 0 else { return nil }
        defer { left -= min(left, bytes.count) }
        return Array(bytes.prefix(left))
    }
}
