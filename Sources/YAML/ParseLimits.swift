/// How large and how deep a YAML document may be, so that a hostile one ends in a sentence and not in swap.
package struct ParseLimits: Hashable, Sendable {
    /// Levels of nesting, those behind aliases included.
    package var depth: Int
    /// Nodes of the whole tree, counted after aliases are expanded.
    package var nodes: Int
    /// Bytes of the text.
    package var bytes: Int

    /// Whether what means a time or a bare `=` to YAML is taken as the text it is: right for what programs print, while
    /// an author is told to quote it.
    package var takesTimesAsText = false

    package init(depth: Int = 64, nodes: Int = 1_000_000, bytes: Int = 16 * 1024 * 1024) {
        self.depth = depth
        self.nodes = nodes
        self.bytes = bytes
    }

    package static let `default` = ParseLimits()

    /// For texts that no author can be asked to change.
    package static let lenient: ParseLimits = {
        var limits = ParseLimits()
        limits.takesTimesAsText = true
        return limits
    }()
}
