import ArgumentParser
import Diagnostics
import OrderedCollections
import Playbooks
import Remote
import YAML

#if canImport(Glibc)
    import Glibc
#endif

/// What every command that runs a playbook takes.
struct RunFlags: ParsableArguments {
    @OptionGroup var inventory: InventoryOption
    @OptionGroup var connection: ConnectionFlags
    @OptionGroup var playbook: PlaybookFlags
    @OptionGroup var output: OutputFlags
}

/// How to log in and work on hosts: Ansible's letters.
struct ConnectionFlags: ParsableArguments {
    @Option(name: [.customShort("l"), .long], help: "Only these hosts: names, groups, patterns.")
    var limit: String?

    @Option(name: [.customShort("u"), .long], help: "Log in as this user.")
    var user: String?

    @Option(name: .customLong("private-key"), help: "Private key to log in with.", completion: .file())
    var privateKey: String?

    @Option(
        name: .customLong("known-hosts"), help: "Check host keys against this file instead of ~/.ssh/known_hosts.",
        completion: .file())
    var knownHosts: String?

    @Flag(name: [.customShort("k"), .customLong("ask-pass")], help: "Ask for the login password.")
    var askPass = false

    @Flag(name: [.short, .long], help: "Work as another user with sudo.")
    var become = false

    @Option(name: .customLong("become-user"), help: "The user to become.")
    var becomeUser: String?

    @Flag(name: [.customShort("K"), .customLong("ask-become-pass")], help: "Ask for sudo's password.")
    var askBecomePass = false

    @Option(name: [.short, .long], help: "Hosts worked on at the same time.")
    var forks = 50

    @Option(name: [.customShort("T"), .long], help: "Seconds for connecting to a host.")
    var timeout = 10

    func validate() throws { _ = try TimeSpan(seconds: timeout, of: "--timeout") }

    /// - Throws: `CommandFailure` when a password should be asked for and there is no terminal.
    func apply(to options: inout RunOptions, environment: [String: String]) throws {
        options.limit = limit
        options.remoteUser = user
        options.privateKeyFile = privateKey
        options.knownHostsFile = knownHosts
        options.become = become
        options.becomeUser = becomeUser
        options.forks = forks
        options.connectTimeout = .seconds(timeout)
        options.password = try password(
            asked: askPass, prompt: "SSH password: ", variable: "INTCHAIN_SSH_PASSWORD", environment)
        options.becomePassword = try password(
            asked: askBecomePass, prompt: "sudo password: ", variable: "INTCHAIN_BECOME_PASSWORD", environment)
    }

    private func password(
        asked: Bool, prompt: String, variable: String, _ environment: [String: String]
    ) throws -> Secret? {
        if let text = environment[variable], !text.isEmpty { return Secret(text) }
        return asked ? try PasswordPrompt(prompt, variable: variable).ask() : nil
    }
}

/// What a playbook's run takes besides.
struct PlaybookFlags: ParsableArguments {
    @Option(
        name: [.customShort("e"), .customLong("extra-vars")],
        help: "Variables: name=value, a mapping in JSON or YAML, or @FILE.")
    var extraVars: [String] = []

    @Option(name: [.short, .long], help: "Only tasks of these tags.")
    var tags: [String] = []

    @Option(name: .customLong("skip-tags"), help: "Not the tasks of these tags.")
    var skipTags: [String] = []

    @Option(name: .customLong("start-at-task"), help: "Begin at the task of this name.")
    var startAtTask: String?

    @Flag(name: .customLong("force-handlers"), help: "Run notified handlers even when a task failed.")
    var forceHandlers = false

    func apply(to options: inout RunOptions) throws {
        options.tags = words(tags)
        options.skipTags = words(skipTags)
        options.startAtTask = startAtTask
        options.forceHandlers = forceHandlers
        for text in extraVars { options.extraVars.merge(try ExtraVars(text).variables) { _, later in later } }
    }

    private func words(_ values: [String]) -> Set<String> {
        Set(values.flatMap { $0.split(separator: ",").map(String.init) })
    }
}

/// How results are shown.
struct OutputFlags: ParsableArguments {
    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, jsonl }

    @Option(help: "text, json (one document at the end) or jsonl (an event a line).")
    var output: Format = .text

    @Flag(
        name: [.short, .long],
        help: "Tell more: what commands print while they run; -vv arguments and results; -vvv what is sent.")
    var verbose: Int
}

/// One `-e`.
struct ExtraVars {
    let variables: RawVariables

    /// - Throws: `Problem`, `Problems`.
    init(_ text: String, files: any ProjectFiles = LocalProjectFiles()) throws {
        if text.hasPrefix("@") {
            let path = String(text.dropFirst())
            guard let bytes = files.read(path) else { throw Problem("-e: there is no file \(path)") }
            variables = try Self.mapping(String(decoding: bytes, as: UTF8.self), file: path)
        } else if text.hasPrefix("{") {
            variables = try Self.mapping(text, file: "-e")
        } else {
            variables = try Self.words(text)
        }
    }

    private static func mapping(_ text: String, file: String) throws -> RawVariables {
        guard let node = try Node.parse(text, file: file) else { return [:] }
        return try RawVariables(parsing: node)
    }

    /// `name=value` words; the values are strings, as Ansible's are.
    private static func words(_ text: String) throws -> RawVariables {
        var variables = RawVariables()
        for word in ArgumentWords(text).all {
            guard let equals = word.firstIndex(of: "="), equals != word.startIndex else {
                throw Problem("-e: '\(word)' is not name=value", hint: "write -e name=value, or -e @FILE")
            }
            let value = String(word[word.index(after: equals)...])
            let place = Place(file: "-e", line: 1, column: 1)
            variables[String(word[..<equals])] = Node(
                .scalar(.init(text: value, style: .plain, value: .string(value))), at: place)
        }
        return variables
    }
}
