import YAML

/// What `now()` gives: as a text the date and the time, and what Python's `datetime` tells of them.
final class Moment: TemplateObject {
    let kind = "a moment"
    private let seconds: Double
    private let isUTC: Bool

    init(_ seconds: Double, isUTC: Bool) {
        self.seconds = seconds
        self.isUTC = isUTC
    }

    private static let numbers = [
        "year": "%Y", "month": "%m", "day": "%d", "hour": "%H", "minute": "%M", "second": "%S", "microsecond": "%f",
    ]
    private static let methods = ["strftime", "isoformat", "timestamp", "date", "weekday", "isoweekday"]
    static let names = numbers.keys.sorted() + methods

    var attributeNames: [String] { Moment.names }
    var value: Value? { (try? text("%Y-%m-%d %H:%M:%S")).map(Value.string) }

    func attribute(_ name: String) throws -> Datum? { try Moment.numbers[name].map { .int(try number($0)) } }

    func callMethod(_ name: String, _ arguments: Arguments, in evaluator: Evaluator) throws -> Datum? {
        switch name {
        case "strftime":
            let bound = try arguments.bound(to: ["format"], of: "'strftime'")
            return .string(try text(try bound.string("format") ?? ""))
        case "isoformat":
            let bound = try arguments.bound(to: ["sep"], of: "'isoformat'")
            return .string(try text("%Y-%m-%d\(try bound.string("sep") ?? "T")%H:%M:%S.%f"))
        case "timestamp": return .value(.float(seconds))
        case "date": return .string(try text("%Y-%m-%d"))
        case "weekday": return .int(try number("%u") - 1)
        case "isoweekday": return .int(try number("%u"))
        default: return nil
        }
    }

    private func text(_ format: String) throws -> String { try Clock.text(format, at: seconds, isUTC: isUTC) }

    private func number(_ format: String) throws -> Int { Int(try text(format)) ?? 0 }
}
