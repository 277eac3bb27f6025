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
    private var known: [String: Value] = [:]
    private var resolving: [String] = []

    /// - Parameters:
    ///   - layers: the strongest first.
    ///   - reads: told of what is read.
    init(layers: [Bindings], templating: Templating, reads: VariableReads? = nil) {
        self.layers = layers
        self.templating = templating
        self.reads = reads
    }

    package func value(of name: String) throws -> Value? {
        if let value = known[name] { return value }
        guard let binding = layers.lazy.compactMap({ $0[name] }).first else { return nil }
        switch binding {
        case .value(let value): return value
        case .learned(let value, let task):
            reads?.note(hangsOn: task)
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
            let value = try templating.value(of: node, in: self)
            known[name] = value
            return value
        }
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
