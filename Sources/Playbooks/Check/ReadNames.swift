import Jinja

/// The names like Ansible's own that any text of the project reads, also as keys (`hostvars[x].ansible_rack`).
final class ReadNames {
    private var names: Set<String> = []

    func add(_ references: References) {
        names.formUnion(references.quoted)
        for reference in references.names where reference.name.hasPrefix("ansible_") { names.insert(reference.name) }
    }

    func contains(_ name: String) -> Bool { names.contains(name) }
}
