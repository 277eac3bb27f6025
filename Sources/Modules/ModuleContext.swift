package import Health
package import Remote
package import YAML

/// What a module may know while it is made from its arguments: the host's facts, and files beside the playbook.
package struct ModuleContext: Sendable {
    package var host: String
    package var facts: HostFacts
    /// Reads a file of the operator's machine, looked for as Ansible does (role's or playbook's `files/`, then beside).
    /// - Throws: `Problem` when there is none.
    package var readFile: @Sendable (_ path: String) throws -> [UInt8]
    /// Renders a template of the operator's machine for this host.
    /// - Throws: `Problem`.
    package var render: @Sendable (_ path: String, _ options: RenderOptions) throws -> String
    /// A variables file of the operator's machine (role's or playbook's `vars/`, then beside); nil when it is empty.
    /// - Throws: `Problem` when there is none.
    package var readVariables: @Sendable (_ path: String) throws -> Node?
    /// The files below a folder of the operator's machine, by their paths in it; nil when it is no folder.
    /// - Throws: `Problem` when they have no end.
    package var listFiles: @Sendable (_ path: String) throws -> [String]?
    /// Evaluates a Jinja expression without braces for this host and task.
    /// - Throws: `Problem`.
    package var evaluate: @Sendable (_ expression: String) throws -> Value
    /// The mode bits of a file of the operator's machine, looked for like those that are read.
    /// - Parameter kind: the folder it is looked for in first: `files`, `templates`.
    /// - Throws: `Problem` when there is none.
    package var fileMode: @Sendable (_ path: String, _ kind: String) throws -> Int

    package init(
        host: String, facts: HostFacts,
        readFile: @escaping @Sendable (String) throws -> [UInt8],
        render: @escaping @Sendable (String, RenderOptions) throws -> String,
        evaluate: @escaping @Sendable (String) throws -> Value,
        readVariables: @escaping @Sendable (String) throws -> Node? = { _ in nil },
        listFiles: @escaping @Sendable (String) throws -> [String]? = { _ in nil },
        fileMode: @escaping @Sendable (String, String) throws -> Int = { _, _ in 0o644 }
    ) {
        self.host = host
        self.facts = facts
        self.readFile = readFile
        self.render = render
        self.evaluate = evaluate
        self.readVariables = readVariables
        self.listFiles = listFiles
        self.fileMode = fileMode
    }
}

/// How the `template` module wants a template read: Jinja2's whitespace options, with Ansible's defaults.
package struct RenderOptions: Sendable, Hashable {
    package var trimBlocks = true
    package var leftStripBlocks = false
    /// The path on the host that it is for.
    package var destination: String?

    package init(trimBlocks: Bool = true, leftStripBlocks: Bool = false, destination: String? = nil) {
        self.trimBlocks = trimBlocks
        self.leftStripBlocks = leftStripBlocks
        self.destination = destination
    }
}

/// A host as an action sees it: its shell, tunnels, and the other hosts of the site.
package protocol ActionHost: Sendable {
    var name: String { get }
    var facts: HostFacts { get }
    /// For checks over HTTP through a tunnel or directly.
    var http: any HTTPProbe { get }
    /// Runs fragments as the task's user.
    func run(_ fragments: [Fragment]) async throws -> [Reply]
    /// Runs a fragment as the task's user that reads what the feed gives (`RemoteShell.run(_:fedBy:)`).
    func run(_ fragment: Fragment, fedBy feed: any ByteFeed) async throws -> Reply
    /// A byte stream to an address as seen from this host.
    func tunnel(to address: String, port: Int) async throws -> TunnelSocket
    /// Another host of the inventory, as the same user.
    func peer(_ name: String) async throws -> any ActionHost
    /// Tells the person who waits what is going on.
    func progress(_ text: String) async
    /// Takes the site's lock, where the run takes one.
    /// - Throws: what tells who has it.
    func holdSite() async throws
    /// Waits, but not past a request to end the run.
    /// - Throws: `CancellationError`.
    func rest(for duration: Duration) async throws
    /// Asks the person at the terminal for a yes.
    /// - Throws: `ModuleFailure` when there is nobody to ask, `CancellationError`.
    func ask(_ question: String) async throws -> Bool
}

extension ActionHost {
    package func holdSite() async throws {}

    package func rest(for duration: Duration) async throws { try await Task.sleep(for: duration) }

    package func ask(_ question: String) async throws -> Bool {
        throw ModuleFailure("there is no terminal to ask on: \(question)")
    }

    package func run(_ fragment: Fragment, fedBy feed: any ByteFeed) async throws -> Reply {
        try await run([try await fragment.collecting(feed)]).first ?? Reply(status: 1)
    }
}
