import _StringProcessing

/// What plain text is to PyYAML that reads like a date: the patterns are those of its `resolver.py`.
enum TimestampKind {
    case day
    /// A date with a time of day.
    case moment

    init?(_ text: String) {
        // Most texts are no dates: the expressions are asked last.
        let bytes = text.utf8
        guard bytes.count >= 8, bytes.dropFirst(4).first == UInt8(ascii: "-") else { return nil }
        let day = /[0-9]{4}-[0-9]{2}-[0-9]{2}/
        let moment =
            /[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?(?:[ \t]*(?:Z|[\-+][0-9]{1,2}(?::[0-9]{2})?))?/
        if text.wholeMatch(of: day) != nil {
            self = .day
        } else if text.wholeMatch(of: moment) != nil {
            self = .moment
        } else {
            return nil
        }
    }
}
