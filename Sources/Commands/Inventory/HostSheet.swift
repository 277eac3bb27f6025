import Diagnostics
package import Fleet
import OrderedCollections
package import YAML

/// One host's merged variables, fit to be shown: secrets are masked wherever they stand.
package struct HostSheet {
    private struct Line {
        var name: String
        var value: Value
        var place: Place
    }

    private let host: String
    private let groups: [String]
    private let lines: [Line]

    /// - Throws: `Problem` when there is no such host.
    package init(inventory: Inventory, host: String) throws {
        guard inventory.hosts[host] != nil || inventory.isImplicit(host) else {
            throw Problem("no host is named '\(host)'", hint: Suggestion.hint(for: host, among: inventory.hosts.keys))
        }
        let names = SecretNames()
        let variables = inventory.variables(of: host)
        let redactor = Redactor(names.texts(in: variables))
        self.host = host
        groups = inventory.groups(of: host)
        lines = variables.map { name, node in
            Line(name: name, value: redactor.redact(names.masked(node.value, named: name)), place: node.place)
        }.sorted { $0.name < $1.name }
    }

    /// `name: value  # file:line:column`, sorted by name.
    package var text: String {
        let title = ["# \(host)" + (groups.isEmpty ? "" : ", in \(groups.joined(separator: ", "))")]
        let texts = lines.map { "\($0.name): \($0.value.json())" }
        let width = min(60, texts.map(\.count).max() ?? 0)
        let rows = zip(texts, lines).map { text, line in
            text + String(repeating: " ", count: max(0, width - text.count)) + "  # \(line.place)"
        }
        return (title + rows).joined(separator: "\n")
    }

    /// `{name: value}`, sorted by name.
    package var value: Value {
        .map(ValueMap(uniqueKeysWithValues: lines.map { (Value.string($0.name), $0.value) }))
    }
}
