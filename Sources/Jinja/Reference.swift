package import Diagnostics

/// A variable that a template or an expression reads.
package struct Reference: Sendable, Hashable {
    package var name: String
    package var place: Place
    /// Whether the text provides for its being undefined: under `is defined`, `default(…)` and the like.
    package var isGuarded: Bool

    package init(name: String, place: Place, isGuarded: Bool) {
        self.name = name
        self.place = place
        self.isGuarded = isGuarded
    }
}
