import Diagnostics

/// Filters or tests by name, with or without Ansible's prefix.
struct Registry<Entry: Sendable>: Sendable {
    private static var prefix: String { "ansible.builtin." }

    private let entries: [String: Entry]

    /// - Parameter groups: of two entries with one name, the first counts.
    init(_ groups: [[String: Entry]]) {
        entries = groups.reduce(into: [:]) { $0.merge($1) { first, _ in first } }
    }

    subscript(name: String) -> Entry? {
        entries[name.hasPrefix(Self.prefix) ? String(name.dropFirst(Self.prefix.count)) : name]
    }

    /// A name that may have been meant.
    func hint(for name: String) -> String? { Suggestion.hint(for: name, among: entries.keys) }
}
