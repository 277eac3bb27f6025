import CLibYAML
package import Diagnostics
import OrderedCollections

/// How `Value.yaml` lays its text out, in PyYAML's terms.
package struct YAMLLayout: Sendable {
    package enum Flow: Sendable {
        /// Everything in blocks.
        case never
        /// Everything in brackets and braces.
        case always
        /// Only collections without collections inside.
        case leaves
    }

    package var flow: Flow
    package var indent: Int
    /// The column at which lines are broken.
    package var width: Int
    package var sortsKeys: Bool
    package var hasDocumentStart: Bool

    package init(
        flow: Flow = .never, indent: Int = 2, width: Int = 80, sortsKeys: Bool = true, hasDocumentStart: Bool = false
    ) {
        self.flow = flow
        self.indent = indent
        self.width = width
        self.sortsKeys = sortsKeys
        self.hasDocumentStart = hasDocumentStart
    }
}

extension Value {
    /// The value as a YAML document, byte for byte as PyYAML's `yaml.dump` writes it with libyaml.
    /// - Throws: `Problem` when libyaml refuses to write it.
    package func yaml(_ layout: YAMLLayout = YAMLLayout()) throws(Problem) -> String {
        let writer = try YAMLWriter(layout)
        try writer.write(self)
        return writer.text
    }
}
