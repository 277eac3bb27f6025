import Diagnostics
import Modules
import OrderedCollections
import Remote
import Testing
import YAML

/// An argument that a module takes and does nothing with is ignored, which no argument may be.
@Suite struct ArgumentEffectTests {
    /// Whatever these are given it is what is done anyway; what else they could be given is refused.
    private static let obeyed: [String: Set<String>] = [
        "ansible.builtin.apt": ["force_apt_get"], "ansible.builtin.service": ["use"],
        "ansible.builtin.stat": ["get_mime", "get_attributes"], "ansible.builtin.systemd_service": ["scope"],
    ]

    /// The golden cases are the hosts and the other arguments that it is tried with.
    @Test(arguments: try GoldenCase.modules())
    func everyArgumentMakesADifference(module: String) throws {
        let cases = try GoldenCase.all().filter { GoldenCase.fullName($0.module) == module }
        let trial = ArgumentTrial(cases, of: try #require(ModuleRegistry.builtin[module]).spec)
        let idle = trial.spec.arguments.filter { argument in
            Self.obeyed[module]?.contains(argument.name) != true && !trial.differs(by: argument)
        }
        #expect(idle.map(\.name) == [], "what these are given makes no difference to any case of \(module)")
    }
}

/// A module's cases with an argument more, less or other: alone, and along with another one that it may need.
private struct ArgumentTrial {
    let spec: ModuleSpec
    private let cases: [GoldenCase]

    init(_ cases: [GoldenCase], of spec: ModuleSpec) {
        self.cases = cases
        self.spec = spec
    }

    func differs(by argument: ArgumentSpec) -> Bool {
        cases.contains { differs($0, $0.arguments, by: argument) }
            || cases.contains { golden in
                companies(of: argument, golden.arguments).contains { differs(golden, $0, by: argument) }
            }
    }

    private func companies(of argument: ArgumentSpec, _ given: [String: Value]) -> [[String: Value]] {
        spec.arguments.filter { $0.name != argument.name }.flatMap { other in
            values(of: other).map { with(other, $0, given) }
        }
    }

    private func differs(_ golden: GoldenCase, _ given: [String: Value], by argument: ArgumentSpec) -> Bool {
        let usual = golden.whatComes(of: given)
        let less: [Value?] = argument.required ? [] : [Value?.none]
        return (less + values(of: argument).map(Optional.some)).contains { value in
            golden.whatComes(of: with(argument, value, given)) != usual
        }
    }

    private func with(_ argument: ArgumentSpec, _ value: Value?, _ given: [String: Value]) -> [String: Value] {
        var changed = given
        for name in argument.aliases { changed[name] = nil }
        changed[argument.name] = value
        return changed
    }

    private func values(of argument: ArgumentSpec) -> [Value] {
        ArgumentValues.all(of: argument, in: cases.map(\.arguments))
    }
}

/// What an argument may be given: what cases give it, and what its kind allows.
enum ArgumentValues {
    static func all(of argument: ArgumentSpec, in given: [[String: Value]]) -> [Value] {
        given.compactMap { $0[argument.name] } + argument.choices.map(Value.string) + typical(argument.kind)
    }

    private static func typical(_ kind: ArgumentSpec.Kind) -> [Value] {
        switch kind {
        case .string: ["x", "y"]
        case .path: ["/srv/x", "/srv/x/"]
        case .localFile, .template: ["another"]
        case .bool: [true, false]
        case .int, .float: [7, 8]
        case .list(let kind): typical(kind).map { [$0] }
        case .map: [["x": "y"]]
        case .mode: ["0600", "0751"]
        case .expression: ["true", "false"]
        case .raw: ["x", 7, ["x"], ["x": "y"]]
        }
    }
}

extension GoldenCase {
    static func modules() throws -> [String] { Set(try all().map { fullName($0.module) }).sorted() }

    static func fullName(_ module: String) -> String { ModuleRegistry.builtin[module]?.spec.name ?? module }

    /// Everything that a run would see: what is looked at, what is changed by which text, what is registered.
    fileprivate func whatComes(of arguments: [String: Value]) -> String {
        do {
            let module = try make(arguments) { "\($0) \($1)" }
            guard let module = module as? any Convergent else { return "\(type(of: module))" }
            let looks = module.probes.map { "\($0)" }
            let convergence = try module.converge(findings(for: module))
            let changes = convergence.changes.map { change in
                let fragment = change.fragment
                return [
                    Self.form(change).json(), fragment.timeout.map { "\($0)" } ?? "", "\(fragment.streams)",
                    module.failure(of: change, Reply(status: 1)).map(\.message) ?? "",
                ].joined(separator: "\n")
            }
            let result = module.result(
                of: convergence, replies: changes.map { _ in Reply(stdout: Array("\n x \n\n".utf8)) })
            return (looks + changes + [Value.map(result).json()]).joined(separator: "\n")
        } catch {
            return "\(error)"
        }
    }
}
