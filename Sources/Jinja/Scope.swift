package import YAML

/// The variables a template sees.
package protocol Scope {
    /// The value of a variable; nil when it is not defined.
    /// - Throws: `Problem` when its own definition can't be evaluated.
    func value(of name: String) throws -> Value?

    /// All names, for "did you mean".
    var names: [String] { get }
}
