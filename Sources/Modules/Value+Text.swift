import YAML

extension Value {
    /// The value for people: a string as it is, anything else as indented JSON.
    var text: String { string ?? json(pretty: true) }
}
