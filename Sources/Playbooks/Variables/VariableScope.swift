import Diagnostics
import Jinja
import OrderedCollections
package import YAML

/// What a variable name is bound to.
package enum Binding: Sendable {
    /// As written: templates in it are evaluated when it is read, in the reader's scope.
    case raw(Node)
    /// Data that is never templated: facts, registered results, loop items.
    case value(Value)
    /// What a task registered or set; in check mode with the task that it hangs on, when it is not what it will be.
    case learned(Value, hangsOn: String?)
    /// Worked out when it is read (`hostvars`).
    case computed(@Sendable () -> Value)
}

package typealias Bindings = [String: Binding]

/// The variables one task sees on one host: layers of bindings, the strongest first, evaluated when read.
package final class VariableScope: Scope {
    private let layers: [Bindings]
    private let templating: Templating
    private let reads: VariableReads?
    private let secretReads: SecretReads?
    private var known: [String: Value] = [:]
    private var learned: Set<String> = []
    private var resolving: [String] = []

    /// - Parameters:
    ///   - layers: the strongest first.
    ///   - reads: told of what is read.
    ///   - secretReads: told of secrets that are read and can't be found again.
    init(
        layers: [Bindings], templating: Templating, reads: VariableReads? = nil, secretReads: SecretReads? = nil
    ) {
        self.layers = layers
        self.templating = templating
        self.reads = reads
        self.secretReads = secretReads
    }

    package func value(of name: String) throws -> Value? {
        if let value = known[name] { return value }
        guard let binding = binding(of: name) else {
            // What a secret without a value replaces is one too.
            if templating.isSecret(name) { noteShortSecret(named: name) }
            return nil
        }
        switch binding {
        case .value(let value):
            if name == "ansible_check_mode" { reads?.noteCheckMode() }
            // Facts are many, and no secrets.
            if !name.hasPrefix("ansible_") { learn(value, named: name) }
            return value
        case .learned(let value, let task):
            reads?.note(hangsOn: task)
            // What stands below its name was learned with its task, once: results of long loops are read often.
            if templating.concerns(name) { learn(value, named: name) }
            return value
        case .computed(let compute):
            let value = compute()
            if name == "hostvars" { reads?.noteOtherHosts() }
            known[name] = value
            return value
        case .raw(let node):
            guard !resolving.contains(name) else {
                throw Problem(
                    "the variable '\(name)' is defined by itself: \((resolving + [name]).joined(separator: " → "))",
                    at: node.place)
            }
            resolving.append(name)
            defer { resolving.removeLast() }
            let value = try templating.value(of: node, named: name, in: self)
            known[name] = value
            return value
        }
    }

    /// A secret was read that can't be found again. Those of connections are in no file: whoever logs in by key, or
    /// needs no password for sudo, has none, and reads them for every task.
    func noteShortSecret(named name: String) {
        if !name.hasPrefix("ansible_") { secretReads?.note() }
    }

    /// Whether a variable's name or a key in it says that it holds a secret.
    func mayHoldSecret(_ name: String, by secrets: Secrets) -> Bool {
        switch binding(of: name) {
        case .raw(let node): secrets.mayHoldSecret(node, named: name)
        case .learned: true
        case .value, .computed, nil: false
        }
    }

    /// The same with stronger bindings on top, which variables that are evaluated in it see too.
    func adding(_ bindings: Bindings) -> VariableScope {
        let scope = VariableScope(
            layers: [bindings] + layers, templating: templating, reads: reads, secretReads: secretReads)
        scope.resolving = resolving
        return scope
    }

    private func binding(of name: String) -> Binding? { layers.lazy.compactMap { $0[name] }.first }

    private func learn(_ value: Value, named name: String) {
        guard learned.insert(name).inserted, templating.learn(value, named: name) else { return }
        noteShortSecret(named: name)
    }

    package var names: [String] { Array(Set(layers.flatMap(\.keys))).sorted() }
}

extension Bindings {
    package init(_ raw: RawVariables) {
        self.init(uniqueKeysWithValues: raw.map { ($0.key, Binding.raw($0.value)) })
    }

    package init(values: ValueMap) {
        self.init(uniqueKeysWithValues: values.compactMap { key, value in key.string.map { ($0, .value(value)) } })
    }
}
