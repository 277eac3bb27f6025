import Diagnostics

/// A position as libyaml counts it: from zero, columns in Unicode scalars.
struct Mark: Hashable {
    var line: Int
    var column: Int

    func place(in file: String) -> Place {
        Place(file: file, line: line + 1, column: column + 1)
    }
}

/// What libyaml's parser reports, one after the other.
struct Event {
    enum Kind {
        case streamStart, streamEnd, documentStart, documentEnd
        case alias(String)
        case scalar(ScalarEvent)
        case sequenceStart(Properties)
        case sequenceEnd
        case mappingStart(Properties, isFlow: Bool)
        case mappingEnd
    }

    /// What may stand before a node: `&anchor` and `!tag`.
    struct Properties {
        var anchor: String?
        var tag: String?

        var isEmpty: Bool { anchor == nil && tag == nil }
    }

    struct ScalarEvent {
        var properties: Properties
        var text: String
        var style: Node.Scalar.Style
        /// The scalar has no tag and is to be resolved by its text.
        var isImplicit: Bool
    }

    var kind: Kind
    var start: Mark
    var end: Mark
}
