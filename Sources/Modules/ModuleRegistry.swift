import Diagnostics

/// The modules a playbook may name.
package struct ModuleRegistry: Sendable {
    private var byName: [String: any Module.Type] = [:]

    package init(_ modules: [any Module.Type]) {
        for module in modules {
            for name in [module.spec.name] + module.spec.aliases { byName[name] = module }
        }
    }

    /// The same with more modules, which win where names are equal.
    package func adding(_ modules: [any Module.Type]) -> ModuleRegistry {
        var all = self
        all.byName.merge(ModuleRegistry(modules).byName) { _, added in added }
        return all
    }

    /// The module of a short or fully qualified name.
    package subscript(_ name: String) -> (any Module.Type)? { byName[name] }

    package var names: [String] { byName.keys.sorted() }

    package func suggestion(for name: String) -> String? { Suggestion.hint(for: name, among: names) }
}
