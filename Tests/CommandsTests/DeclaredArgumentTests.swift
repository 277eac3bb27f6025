import Databases
import Diagnostics
import Modules
import OrderedCollections
import Playbooks
import Remote
import Rollouts
import Testing
import YAML

/// An argument that a module takes and never reads is ignored, which no argument may be. What comes of it on a host is
/// in `ArgumentEffectTests` of the modules; here are all modules, as they are made.
@Suite struct DeclaredArgumentTests {
    private static let registry = ModuleRegistry.builtin.adding(RolloutModules.all).adding(DatabaseModules.all)

    private static let modules = Set(registry.names.compactMap { registry[$0]?.spec.name }).sorted()

    /// Whatever these are given it is what is done anyway, so they are only looked at: what is no value of theirs is
    /// refused.
    private static let obeyed: [String: Set<String>] = [
        "ansible.builtin.apt": ["force_apt_get"], "ansible.builtin.assert": ["quiet"],
        "ansible.builtin.service": ["use"], "ansible.builtin.systemd_service": ["scope"],
    ]

    @Test(arguments: modules) func everyArgumentIsRead(module: String) throws {
        let type = try #require(Self.registry[module])
        let obeyed = Self.obeyed[module] ?? []
        let trial = ModuleTrial(type)
        let unread = type.spec.arguments.filter { argument in
            !trial.differs(by: argument, obeyed.contains(argument.name) ? ["none of them"] : nil)
        }
        #expect(unread.map(\.name) == [], "\(module) is the same whatever these are given")
    }
}

/// Makes a module with one argument more or less, beside all sorts of others.
private struct ModuleTrial {
    let type: any Module.Type
    /// Other arguments, among which is what the one that is tried may need or exclude.
    private let companies: [[String: Value]]

    init(_ type: any Module.Type) {
        self.type = type
        let required = type.spec.arguments.filter(\.required)
        let least = Dictionary(uniqueKeysWithValues: required.map { ($0.name, Self.values($0)[0]) })
            .merging(Self.usual[type.spec.name] ?? [:]) { _, usual in usual }
        companies =
            [least]
            + type.spec.arguments.flatMap { other in
                Self.values(other).map { value in least.merging([other.name: value]) { _, given in given } }
            }
    }

    /// What modules need to be made at all, beside their required arguments, or as these.
    private static let usual: [String: [String: Value]] = [
        "ansible.builtin.apt_repository": ["repo": "deb http://packages x main"],
        "ansible.builtin.command": ["cmd": "echo $x", "stdin": "x"],
        "ansible.builtin.cron": ["env": true, "job": "x"],
        "ansible.builtin.shell": ["cmd": "x", "stdin": "x"],
        "ansible.builtin.uri": ["url": "http://app1/x", "url_username": "x"],
        "ansible.builtin.yum_repository": ["description": "x", "baseurl": "http://packages/x"],
        "ansible.posix.authorized_key": ["key": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA x"],
        "community.mysql.mysql_replication": [
            "mode": "changeprimary", "primary_host": "x", "primary_user": "x", "primary_password": "x",
            "primary_auto_position": true, "primary_ssl": true,
        ],
        "intchain.site.sentinel_failover": fleet, "intchain.site.sentinel_rejoin": fleet,
        "intchain.site.sentinel_status": fleet,
        "intchain.site.drain": ["server": "10.0.0.1:5000"],
        "intchain.site.health": ["checks": [["name": "x", "port": 5000]]],
    ]

    private static let fleet: [String: Value] = ["servers": ["x"], "sentinels": ["x"]]

    /// - Parameter values: nil: those of its kind.
    func differs(by argument: ArgumentSpec, _ values: [Value]?) -> Bool {
        companies.contains { company in
            var company = company
            company[argument.name] = nil
            let without = made(company)
            return (values ?? Self.values(argument)).contains { value in
                made(company.merging([argument.name: value]) { _, given in given }) != without
            }
        }
    }

    /// Everything that the module keeps, or why it could not be made.
    private func made(_ values: [String: Value]) -> String {
        let context = ModuleContext(
            host: "app1", facts: HostFacts(),
            readFile: { Array($0.utf8) }, render: { "\($0) \($1)\n" },
            evaluate: { .string($0) }, readVariables: { Node(value: ["x": .string($0)], at: "-") })
        do {
            return Picture(try type.make(Arguments(values, for: type.spec), in: context)).text
        } catch {
            return "\(error)"
        }
    }

    private static func values(_ argument: ArgumentSpec) -> [Value] {
        let choices = argument.choices.map(Value.string)
        return choices.isEmpty ? typical(argument.kind) : choices
    }

    private static func typical(_ kind: ArgumentSpec.Kind) -> [Value] {
        switch kind {
        case .string: ["x", "y"]
        case .path, .localFile, .template: ["/srv/x", "/srv/y"]
        case .bool: [true, false]
        case .int, .float: [7, 8]
        case .list(let kind): typical(kind).map { [$0] }
        case .map: [["x": "y"], ["x": 1]]
        case .mode: ["0600", "0751"]
        case .expression: ["x == 1", "y == 1"]
        case .raw: ["x", 7, ["x"], ["x": "y"]]
        }
    }
}

/// A value with all that it holds, as text: equal values have equal texts.
private struct Picture {
    let text: String

    init(_ value: Any) {
        if let secret = value as? Secret {
            text = secret.reveal()
            return
        }
        let mirror = Mirror(reflecting: value)
        let parts = mirror.children.map { "\($0.label ?? "")=\(Picture($0.value).text)" }
        let isUnordered = mirror.displayStyle == .dictionary || mirror.displayStyle == .set
        let shown = isUnordered ? parts.sorted() : parts
        text = parts.isEmpty ? "\(value)" : "\(mirror.subjectType)(\(shown.joined(separator: ", ")))"
    }
}
