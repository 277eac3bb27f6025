import Modules
import OrderedCollections
import Testing
import YAML

/// One of the site's modules that only says what it would do.
protocol Part {
    static var module: String { get }
    static var name: String { get }
    static var arguments: [String] { get }
}

extension Part {
    static var name: String { "intchain.site.\(module)" }
}

/// What stands in for what.
enum Played {
    enum Release: Part {
        static let (module, arguments) = ("release", ["path", "state", "id", "keep", "src", "owner", "group", "hosts"])
    }
    enum Drain: Part {
        static let (module, arguments) = ("drain", ["server", "state", "file", "health", "behind", "timeout"])
    }
    enum Health: Part {
        static let module = "health"
        static let arguments = ["checks", "consecutive", "interval", "timeout", "release", "log_directory"]
    }
    enum Bake: Part {
        static let module = "bake"
        static let arguments = [
            "balancers", "servers", "others", "seconds", "max_error_percent", "max_p95_ms", "least_requests",
        ]
    }
    enum Consent: Part { static let (module, arguments) = ("consent", ["question"]) }
    enum End: Part {
        static let module = "rollout"
        static let arguments = [
            "outcome", "message", "reason", "behind", "serving", "waiting", "release", "before",
        ]
    }
    enum Migrate: Part {
        static let module = "migrate"
        static let arguments = [
            "command", "plan_command", "plan", "chdir", "contract", "resolve", "path", "hosts", "src",
        ]
    }

    enum Knock: Part {
        static let (module, arguments) = ("knock", ["host", "port", "timeout"])
        static let name = "ansible.builtin.wait_for"
    }
}

struct StandIn<Role: Part>: Action {
    static var spec: ModuleSpec {
        ModuleSpec(
            Role.name, summary: "Stands in.",
            arguments: Role.arguments.map { ArgumentSpec($0, .raw) })
    }

    private let words: [String: String]

    init(_ arguments: Arguments, in context: ModuleContext) throws {
        words = Dictionary(
            uniqueKeysWithValues: Role.arguments.compactMap { name in
                guard let value = arguments.raw(name) else { return nil }
                return Self.text(value).map { (name, $0) }
            })
    }

    private static func text(_ value: Value) -> String? {
        let pairs = value.map?.map { "\($0.string ?? "?")=\($1.string ?? "?")" }
        return value.string ?? (pairs ?? value.list?.compactMap(\.string))?.joined(separator: " ")
    }

    func act(on host: any ActionHost) async throws -> Outcome {
        let stage = try #require(Stage.current)
        if let outcome = words["outcome"] {
            if outcome == "begun" { stage.begin(words) }
            try stage.end(outcome, message: words["message"] ?? "", reason: words["reason"] ?? "")
        }
        let said = [
            Role.module, words["state"], words["id"] ?? words["release"] ?? words["server"] ?? words["host"],
            words["health"].map { _ in "unless last" },
        ].compactMap { $0 }
        try stage.take("\(host.name): \(said.joined(separator: " "))")
        let isAsked = words["state"] == "listed"
        return Outcome(changed: false, result: isAsked ? ["releases": stage.releases(of: host.name)] : [:])
    }
}
