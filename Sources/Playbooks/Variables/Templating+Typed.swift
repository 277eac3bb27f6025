import Diagnostics
import Jinja
import Modules
import YAML

extension Templating {
    /// The node as a text: numbers and booleans as Ansible writes them.
    /// - Throws: `Problem` for lists, mappings and null.
    func text(_ node: Node, in scope: any Scope, what: String) throws -> String {
        switch try value(of: node, in: scope) {
        case .string(let text): return text
        case .int(let number): return String(number)
        case .float(let number): return String(number)
        case .bool(let flag): return flag ? "True" : "False"
        case let other: throw Problem("\(what): expected a string, found \(other.kind)", at: node.place)
        }
    }

    func boolean(_ node: Node, in scope: any Scope, what: String) throws -> Bool {
        let value = try value(of: node, in: scope)
        if let flag = value.flag { return flag }
        guard let text = value.string else {
            throw Problem("\(what): expected true or false, found \(value.kind)", at: node.place)
        }
        guard text.isEmpty else { throw Problem("\(what): '\(text)' is not true or false", at: node.place) }
        return false
    }

    /// - Throws: `Problem` for what is none, and for one with which no clock or count can reckon.
    func number(_ node: Node, in scope: any Scope, what: String) throws -> Double {
        let number = try anyNumber(node, in: scope, what: what)
        guard number.magnitude <= KeywordNumber.largest else {
            throw Problem(KeywordNumber.tooLarge(what, "\(number)"), at: node.place, hint: KeywordNumber.hint)
        }
        return number
    }

    private func anyNumber(_ node: Node, in scope: any Scope, what: String) throws -> Double {
        switch try value(of: node, in: scope) {
        case .int(let number): return Double(number)
        case .float(let number): return number
        case .string(let text):
            guard let number = Double(text) else {
                throw Problem("\(what): '\(text)' is not a number", at: node.place)
            }
            return number
        case let other: throw Problem("\(what): expected a number, found \(other.kind)", at: node.place)
        }
    }
}
