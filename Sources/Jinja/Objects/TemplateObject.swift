import YAML

/// Something that exists only while a template is rendered: a macro, a loop, a namespace …
protocol TemplateObject: AnyObject {
    /// What an error message calls it: `a macro`.
    var kind: String { get }
    /// Its data, when it has any.
    var value: Value? { get }
    var attributeNames: [String] { get }

    func attribute(_ name: String) throws -> Datum?
    func setAttribute(_ name: String, to value: Datum) throws
    func call(_ arguments: Arguments, in evaluator: Evaluator) throws -> Datum
    /// The result of `object.name(arguments)` where that is not an attribute being called; nil when there is no such.
    func callMethod(_ name: String, _ arguments: Arguments, in evaluator: Evaluator) throws -> Datum?
}

extension TemplateObject {
    var value: Value? { nil }
    var attributeNames: [String] { [] }
    func attribute(_ name: String) throws -> Datum? { nil }
    func setAttribute(_ name: String, to value: Datum) throws {
        throw Fault("the attributes of \(kind) can't be set", hint: "use a namespace()")
    }
    func call(_ arguments: Arguments, in evaluator: Evaluator) throws -> Datum {
        throw Fault("\(kind) can't be called")
    }
    func callMethod(_ name: String, _ arguments: Arguments, in evaluator: Evaluator) throws -> Datum? { nil }
}
