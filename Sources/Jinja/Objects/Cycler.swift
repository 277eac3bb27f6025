import OrderedCollections
import YAML

/// `cycler(a, b, …)`: goes round its items with `next()`.
final class Cycler: TemplateObject {
    let kind = "a cycler"
    private let items: [Datum]
    private var index = 0

    init(_ items: [Datum]) { self.items = items }

    let attributeNames = ["current", "next", "reset"]

    func attribute(_ name: String) throws -> Datum? { name == "current" ? items[index] : nil }

    func callMethod(_ name: String, _ arguments: Arguments, in evaluator: Evaluator) throws -> Datum? {
        switch name {
        case "next":
            defer { index = (index + 1) % items.count }
            return items[index]
        case "reset":
            index = 0
            return .null
        default: return nil
        }
    }
}

/// `joiner(separator)`: nothing at its first call, the separator after that.
final class Joiner: TemplateObject {
    let kind = "a joiner"
    private let separator: String
    private var isUsed = false

    init(_ separator: String) { self.separator = separator }

    func call(_ arguments: Arguments, in evaluator: Evaluator) throws -> Datum {
        defer { isUsed = true }
        return .string(isUsed ? separator : "")
    }
}
