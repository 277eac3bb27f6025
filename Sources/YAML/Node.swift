package import Diagnostics
import OrderedCollections

/// A YAML node that remembers where it stands: the tree every inventory and playbook is read from.
package struct Node: Sendable, Hashable {
    package var place: Place
    package var content: Content

    package indirect enum Content: Sendable, Hashable {
        case scalar(Scalar)
        case sequence([Node])
        /// In the order written; keys are unique (a duplicate is refused while parsing); merge keys are resolved.
        case mapping([Entry])
    }

    package struct Entry: Sendable, Hashable {
        package var key: Node
        package var value: Node

        package init(key: Node, value: Node) {
            self.key = key
            self.value = value
        }
    }

    package init(_ content: Content, at place: Place) {
        self.content = content
        self.place = place
    }
}

extension Node {
    /// A scalar as written and as YAML 1.1 (PyYAML's SafeLoader) resolves it.
    package struct Scalar: Sendable, Hashable {
        package enum Style: Sendable, Hashable { case plain, singleQuoted, doubleQuoted, literal, folded }

        package var text: String
        package var style: Style
        package var value: Value
        /// Column at which the lines after the first one begin in the file (1-based), so that a place inside a
        /// multi-line scalar can be told; for `literal` and `folded` scalars the first text line is `place.line + 1`.
        package var indent: Int
        /// `!unsafe` when the scalar, or a collection around it, was tagged so: it must never be templated.
        package var tag: String?
        /// Where its lines stand; nil where the text itself tells.
        package var lines: ScalarLines?

        package init(
            text: String, style: Style, value: Value, indent: Int = 1, tag: String? = nil, lines: ScalarLines? = nil
        ) {
            self.text = text
            self.style = style
            self.value = value
            self.indent = indent
            self.tag = tag
            self.lines = lines
        }

        /// True for text that the author declared to be no template.
        package var isUnsafe: Bool { tag == Tag.unsafe }
    }

    package var scalar: Scalar? { if case .scalar(let scalar) = content { scalar } else { nil } }
    package var sequence: [Node]? { if case .sequence(let nodes) = content { nodes } else { nil } }
    package var mapping: [Entry]? { if case .mapping(let entries) = content { entries } else { nil } }

    /// The text of a scalar that resolves to a string.
    package var string: String? { scalar?.value.string }

    /// The entry of a mapping under a string key.
    package func entry(_ key: String) -> Entry? { mapping?.first { $0.key.string == key } }

    /// The node of a mapping under a string key.
    package subscript(_ key: String) -> Node? { entry(key)?.value }

    /// The data without its places.
    package var value: Value {
        switch content {
        case .scalar(let scalar): scalar.value
        case .sequence(let nodes): .list(nodes.map(\.value))
        case .mapping(let entries):
            .map(ValueMap(entries.map { ($0.key.value, $0.value.value) }, uniquingKeysWith: { _, last in last }))
        }
    }

    /// The place of a text offset (in Unicode scalars) inside this scalar's text; exact for plain and block scalars,
    /// in the right line and near the column for quoted ones with escapes.
    package func place(atOffset offset: Int) -> Place {
        guard let scalar else { return place }
        if let place = scalar.lines?.place(of: offset, in: place.file) { return place }
        let before = scalar.text.unicodeScalars.prefix(offset)
        let newlines = before.count { $0 == "\n" }
        let sinceNewline = before.reversed().prefix { $0 != "\n" }.count
        switch scalar.style {
        case .plain, .singleQuoted, .doubleQuoted:
            let quote = scalar.style == .plain ? 0 : 1
            return newlines == 0
                ? Place(file: place.file, line: place.line, column: place.column + quote + offset)
                : Place(file: place.file, line: place.line + newlines, column: scalar.indent + sinceNewline)
        case .literal, .folded:
            return Place(file: place.file, line: place.line + 1 + newlines, column: scalar.indent + sinceNewline)
        }
    }
}
