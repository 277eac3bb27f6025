import Diagnostics
import OrderedCollections
package import YAML

extension RawVariables {
    /// The variables of a document's top mapping.
    /// - Throws: `Problems`.
    package init(parsing node: Node) throws {
        let log = ProblemLog()
        self.init(variablesOf: node, log: log)
        try log.throwIfAny()
    }
}

extension Node {
    /// A node for data that stands in no file.
    package init(value: Value, at source: String) {
        let place = Place(file: source, line: 1, column: 1)
        switch value {
        case .list(let items): self.init(.sequence(items.map { Node(value: $0, at: source) }), at: place)
        case .map(let entries):
            self.init(
                .mapping(
                    entries.map {
                        Entry(key: Node(value: $0.key, at: source), value: Node(value: $0.value, at: source))
                    }),
                at: place)
        default:
            // Data is no template: a path with braces in it stays what it is.
            self.init(
                .scalar(.init(text: value.asText, style: .doubleQuoted, value: value, tag: "!unsafe")), at: place)
        }
    }
}

/// Splits `name=value` words at blanks outside quotes and braces.
package struct ArgumentWords {
    package let all: [String]

    package init(_ text: String) {
        all = ArgumentReader.split(text).map(ArgumentReader.unquoteValue)
    }
}
