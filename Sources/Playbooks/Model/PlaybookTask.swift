package import Diagnostics
package import Modules
package import YAML

/// A task as written: its module and raw arguments, and the keywords it has or inherits from its blocks and play.
package struct PlaybookTask: Sendable, Identifiable {
    /// Unique inside one loaded playbook, ascending in the order of the files.
    package var id: Int
    package var name: Node?
    package var place: Place
    package var module: any Module.Type
    /// The module's name as written.
    package var moduleName: String
    package var modulePlace: Place
    package var arguments: [Argument]
    package var keywords: Keywords
    /// The folder that `template` and `copy` look in before the playbook's: the role's.
    package var roleDirectory: String?
    package var roleName: String?
    /// Names that the loops of the includes around it bind.
    package var boundNames: Set<String> = []
    /// The includes that it came by in this run, from the outermost: each by its number and that of its item.
    package var path: [Int] = []
    /// Its module or its arguments are not what they were meant to be, which is told.
    package var isMistaken = false

    package struct Argument: Sendable {
        package var name: String
        package var value: Node
        /// The kind from the module's spec; nil for open-ended modules.
        package var kind: ArgumentSpec.Kind?
        package var secret: Bool

        /// What stands in it has names of the user's own; a module's other arguments say themselves whether they are
        /// secret.
        var isOpen: Bool { kind == nil || kind == .map || kind == .raw }
    }
}

extension PlaybookTask {
    /// The name as written, or the module's name: what listings show before templating.
    package var label: String {
        let own = name?.string ?? moduleName
        return roleName.map { "\($0) : \(own)" } ?? own
    }
}
