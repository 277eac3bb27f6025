import Diagnostics
import OrderedCollections
import YAML

/// `lookup()` and `query()`.
extension Globals {
    /// Finds things outside the template; a lookup joins what it found unless a list is asked for.
    static func lookup(_ arguments: Arguments, _ evaluator: Evaluator, wantsList: Bool) throws -> Datum {
        guard let kind = try arguments.positional.first?.value().string else {
            throw Fault("a lookup needs its name first", hint: "write lookup('file', 'path')")
        }
        var options = ValueMap()
        for (name, datum) in arguments.named { options[.string(name)] = try datum.value() }
        let wantsList = options.removeValue(forKey: "wantlist")?.isTrue ?? wantsList
        let errors = options.removeValue(forKey: "errors")?.string ?? "strict"
        let terms = try arguments.positional.dropFirst().map { try $0.value() }
        do {
            let found = try find(LookupName.short(kind), terms, options, evaluator)
            return wantsList ? .list(found) : joined(found)
        } catch  where errors == "ignore" || errors == "warn" {
            return wantsList ? .value([]) : .null
        }
    }

    private static func find(
        _ kind: String, _ terms: [Value], _ options: ValueMap, _ evaluator: Evaluator
    ) throws -> [Datum] {
        if kind == "vars" { return try variables(terms, options, evaluator) }
        let found = try evaluator.environment.lookup(kind, terms, options: options, in: evaluator.scope)
        return found.map(Datum.value)
    }

    /// `lookup('vars', 'name', default=…)`: variables whose names are computed.
    private static func variables(_ terms: [Value], _ options: ValueMap, _ evaluator: Evaluator) throws -> [Datum] {
        try terms.map { term in
            guard let name = term.string else { throw Fault("lookup 'vars' needs names, not \(term.kind)") }
            if let value = try evaluator.frame[name]?.value() ?? evaluator.scope.value(of: name) {
                return .value(value)
            }
            if let value = options["default"] { return .value(value) }
            let hint = Suggestion.hint(for: name, among: evaluator.scope.names)
            throw Fault("variable '\(name)' is undefined", hint: hint)
        }
    }

    /// One result is itself; several are one text with commas when all are texts.
    private static func joined(_ found: [Datum]) -> Datum {
        if found.count == 1 { return found[0] }
        let texts = found.compactMap { datum -> String? in
            guard case .value(let value) = datum else { return nil }
            return value.string
        }
        return !texts.isEmpty && texts.count == found.count ? .string(texts.joined(separator: ",")) : .list(found)
    }
}
