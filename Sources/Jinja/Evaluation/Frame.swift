/// The variables that a template binds itself, innermost first; loops, macros and includes have one of their own.
final class Frame {
    private(set) var variables: [String: Datum] = [:]
    let parent: Frame?
    /// Whether the variables of the inventory and the playbook are seen from here: not in an imported template.
    let seesScope: Bool

    init(parent: Frame?, seesScope: Bool = true) {
        self.parent = parent
        self.seesScope = parent?.seesScope ?? seesScope
    }

    subscript(_ name: String) -> Datum? {
        var frame: Frame? = self
        while let current = frame {
            if let datum = current.variables[name] { return datum }
            frame = current.parent
        }
        return nil
    }

    func set(_ name: String, to datum: Datum) { variables[name] = datum }

    /// Changes a variable where it is bound; binds it in the outermost frame when it comes from elsewhere.
    func update(_ name: String, to datum: Datum) {
        var frame = self
        while frame.variables[name] == nil, let parent = frame.parent { frame = parent }
        frame.variables[name] = datum
    }

    /// All names bound here and further out.
    var names: [String] { Array(variables.keys) + (parent?.names ?? []) }
}
