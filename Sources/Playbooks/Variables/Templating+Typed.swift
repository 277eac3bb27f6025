import Diagnostics
import Jinja
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
        switch try value(of: node, in: scope) {
        case .bool(let flag): return flag
        case .string(let text):
            switch text.lowercased() {
            case "yes", "true", "on", "1": return true
            case "no", "false", "off", "0", "": return false
            default: throw Problem("\(what): '\(text)' is not true or false", at: node.place)
            }
        case .int(let number) where number == 0 || number == 1: return number == 1
        case let other: throw Problem("\(what): expected true or false, found \(other.kind)", at: node.place)
        }
    }

    func number(_ node: Node, in scope: any Scope, what: String) throws -> Double {
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
