import OrderedCollections
import Diagnostics
import Fleet
import Modules
package import Remote
import YAML

#if canImport(Glibc)
    import Glibc
#endif

/// How a host is reached, from its `ansible_*` variables and the command line's flags.
package struct ConnectionSettings: Sendable {
    package var endpoint: Endpoint
    package var isLocal: Bool

    /// - Throws: `Problem` when a variable has the wrong type or can't be evaluated.
    package init(host: String, site: Site) throws {
        try self.init(host: host, site: site, source: nil)
    }

    /// - Parameter source: the variables as a play sees them; nil: as the first play that reaches the host does.
    init(host: String, site: Site, source: ScopeSource?) throws {
        let variables = ConnectionVariables(host: host, site: site, source: source)
        let options = site.options
        let arguments = try variables.arguments()
        let kind = try variables.string("ansible_connection")
        isLocal = kind.map { $0 == "local" } ?? (host == "localhost" || site.inventory.isImplicit(host))
        endpoint = Endpoint(
            name: host,
            address: try variables.string("ansible_host", "ansible_ssh_host") ?? host,
            port: try variables.int("ansible_port", "ansible_ssh_port") ?? arguments.port,
            user: try options.remoteUser ?? variables.string("ansible_user", "ansible_ssh_user") ?? arguments.user,
            privateKeyFile: try options.privateKeyFile
                ?? variables.string("ansible_ssh_private_key_file", "ansible_private_key_file")
                ?? arguments.identityFile,
            password: try options.password
                ?? variables.string("ansible_password", "ansible_ssh_pass", "ansible_ssh_password").map(Secret.init),
            hostKeys: try variables.strings("ansible_host_key"),
            knownHostsFile: (options.knownHostsFile ?? arguments.knownHostsFile).map(Self.inHome),
            proxyJump: arguments.proxyJump,
            commandOptions: options.inventoryNames.flatMap { ["-i", $0] }
                + (options.knownHostsFile.map { ["--known-hosts", $0] } ?? []),
            connectTimeout: options.connectTimeout)
    }

    /// The variable that says otherwise than these settings do; nil when both lead the same way.
    func difference(from other: ConnectionSettings) -> String? {
        guard isLocal == other.isLocal else { return "ansible_connection" }
        let (mine, others) = (endpoint, other.endpoint)
        guard !isLocal, mine != others else { return nil }
        let differences = [
            "ansible_host": mine.address != others.address, "ansible_port": mine.port != others.port,
            "ansible_user": mine.user != others.user, "ansible_password": mine.password != others.password,
            "ansible_ssh_private_key_file": mine.privateKeyFile != others.privateKeyFile,
            "ansible_host_key": mine.hostKeys != others.hostKeys,
        ]
        return differences.filter(\.value).keys.min() ?? "ansible_ssh_common_args"
    }

    /// `~/` is the home directory, as in `ssh_config`.
    private static func inHome(_ path: String) -> String {
        guard path.hasPrefix("~/"), let home = getenv("HOME") else { return path }
        return String(cString: home) + path.dropFirst(1)
    }
}

/// The account a task works as.
struct BecomeSettings {
    /// - Parameters:
    ///   - scope: the task's variables.
    ///   - delegate: those that count for the host where it is not the task's own.
    /// - Returns: nil when the login user itself does the work.
    static func account(
        of keywords: Keywords, host: String, site: Site, scope: VariableScope, delegate: VariableScope? = nil
    ) throws -> Become? {
        let variables = ConnectionVariables(host: host, scope: delegate ?? scope)
        // As in Ansible, what a host's variables say stands above keywords, and these above the command line.
        let asked = try keywords.become.map { try site.templating.boolean($0, in: scope, what: "become") }
        guard try variables.flag("ansible_become") ?? asked ?? site.options.become else { return nil }
        if let method = try variables.string("ansible_become_method"), !method.hasSuffix("sudo") {
            throw Problem("\(host): ansible_become_method: '\(method)' is not supported", hint: "use sudo")
        }
        let user = try keywords.becomeUser.map { try site.templating.text($0, in: scope, what: "become_user") }
        let password = try variables.string("ansible_become_password", "ansible_become_pass", "ansible_sudo_pass")
        return Become(
            user: try variables.string("ansible_become_user") ?? user ?? site.options.becomeUser ?? "root",
            password: site.options.becomePassword ?? password.map(Secret.init))
    }

    /// root on a host, whatever a task says.
    static func root(of host: String, site: Site) throws -> Become {
        let variables = ConnectionVariables(host: host, site: site, source: nil)
        let password = try variables.string("ansible_become_password", "ansible_become_pass", "ansible_sudo_pass")
        return Become(user: "root", password: site.options.becomePassword ?? password.map(Secret.init))
    }
}

/// Reads a host's `ansible_*` variables with their types.
private struct ConnectionVariables {
    let host: String
    let scope: VariableScope

    init(host: String, site: Site, source: ScopeSource?) {
        self.init(host: host, scope: (source ?? site.way(to: host)).scope())
    }

    init(host: String, scope: VariableScope) {
        self.host = host
        self.scope = scope
    }

    func string(_ names: String...) throws -> String? {
        for name in names {
            switch try scope.value(of: name) {
            case nil, .null: continue
            case .string(let text): return text.isEmpty ? nil : text
            case .int(let number): return String(number)
            case .some(let value): throw Problem("\(host): \(name): expected a string, found \(value.kind)")
            }
        }
        return nil
    }

    func arguments() throws -> SSHArguments {
        var arguments = SSHArguments()
        for name in SSHArguments.variables {
            if let text = try string(name) { try arguments.add(text, of: "\(host): \(name)", at: nil) }
        }
        return arguments
    }

    func strings(_ name: String) throws -> [String] {
        if case .list(let items)? = try scope.value(of: name) { return items.compactMap(\.string) }
        return try string(name).map { [$0] } ?? []
    }

    func int(_ names: String...) throws -> Int? {
        for name in names {
            switch try scope.value(of: name) {
            case nil, .null: continue
            case .int(let number): return number
            case .string(let text):
                if let number = Int(text) { return number }
                throw Problem("\(host): \(name): '\(text)' is not a port")
            case .some(let value): throw Problem("\(host): \(name): expected an integer, found \(value.kind)")
            }
        }
        return nil
    }

    /// nil when nothing is said.
    func flag(_ name: String) throws -> Bool? {
        guard let value = try scope.value(of: name), value != .null else { return nil }
        guard let flag = value.flag else {
            let found = value.string.map { "'\($0)'" } ?? value.kind
            throw Problem("\(host): \(name): expected true or false, found \(found)")
        }
        return flag
    }
}
