package import Diagnostics
import FoundationEssentials
import OrderedCollections

extension Inventory {
    /// The hosts that a pattern names, without duplicates, in Ansible's order: term by term, each in inventory order.
    ///
    /// `a:b` `a,b` `a:&b` `a:!b`, globs, `a[0]` `a[1:3]`, `~regex`, `all`, `@file`. `localhost` is always known.
    /// - Parameter place: where the pattern is written.
    /// - Throws: `Problem` for a term that no group and no host matches; a known group may be empty.
    package func hosts(matching pattern: String, at place: Place? = nil) throws(Problem) -> [String] {
        try hosts(matching: [pattern], at: place)
    }

    /// The hosts that several patterns name together, as if they were written one after the other.
    package func hosts(matching patterns: [String], at place: Place? = nil) throws(Problem) -> [String] {
        var terms: [HostPattern] = []
        for text in patterns.flatMap(HostPattern.split) { terms += try Self.terms(text, at: place) }
        var names: OrderedSet<String> = []
        let added = terms.filter { $0.role == .add }
        if added.isEmpty { names = OrderedSet(allHosts(in: "all")) }
        for term in added { names.formUnion(try hosts(matching: term, at: place)) }
        for term in terms where term.role == .intersect { names.formIntersection(try hosts(matching: term, at: place)) }
        for term in terms where term.role == .exclude { names.subtract(try hosts(matching: term, at: place)) }
        return Array(names)
    }

    /// The term, or the terms in the file that `@file` names: one a line.
    private static func terms(_ text: String, at place: Place?) throws(Problem) -> [HostPattern] {
        guard text.hasPrefix("@") else { return [HostPattern(text)] }
        let file = String(text.dropFirst())
        guard let data = FileManager.default.contents(atPath: file) else {
            throw Problem("the file of hosts '\(file)' can't be read", at: place)
        }
        return String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline)
            .map(HostPattern.trimmed).filter { !$0.isEmpty && !$0.hasPrefix("#") }.map(HostPattern.init)
    }

    private func hosts(matching term: HostPattern, at place: Place?) throws(Problem) -> [String] {
        if hosts[term.expression] != nil, term.subscription == nil { return [term.expression] }
        let isMatch = try Self.matcher(for: term, at: place)
        let matchingGroups = groups.keys.filter(isMatch)
        var names = OrderedSet(matchingGroups.flatMap { allHosts(in: $0) })
        if matchingGroups.isEmpty || term.isWild || term.expression.contains(".") {
            names.formUnion(hosts.keys.filter(isMatch))
        }
        if names.isEmpty, matchingGroups.isEmpty {
            guard isImplicit(term.expression) else { throw unknown(term, at: place) }
            names = [term.expression]
        }
        return try Self.apply(term, to: Array(names), at: place)
    }

    private static func matcher(for term: HostPattern, at place: Place?) throws(Problem) -> (String) -> Bool {
        guard term.isRegex else {
            let glob = Glob(term.expression)
            return { glob.matches($0) }
        }
        do {
            let regex = try Regex(String(term.expression.dropFirst()))
            return { $0.prefixMatch(of: regex) != nil }
        } catch {
            throw Problem("the pattern '\(term.text)' is not a valid regular expression", at: place)
        }
    }

    private static func apply(_ term: HostPattern, to names: [String], at place: Place?) throws(Problem) -> [String] {
        guard let subscription = term.subscription, !names.isEmpty else { return names }
        switch subscription {
        case .range(let first, let last):
            guard first < names.count else { return [] }
            return Array(names[first...max(first, min(last ?? .max, names.count - 1))])
        case .index(let index):
            let position = index < 0 ? names.count + index : index
            guard names.indices.contains(position) else {
                throw Problem(
                    "'\(term.text)' names no host: '\(term.expression)' has \(names.count)", at: place,
                    hint: "count from 0")
            }
            return [names[position]]
        }
    }

    private func unknown(_ term: HostPattern, at place: Place?) -> Problem {
        guard !term.isWild else {
            return Problem("no host and no group matches '\(term.expression)'", at: place)
        }
        let known = Array(groups.keys) + Array(hosts.keys)
        return Problem(
            "no host and no group is named '\(term.expression)'", at: place,
            hint: Suggestion.hint(for: term.expression, among: known)
                ?? (term.expression.contains(":") ? "separate all terms by commas, or all by colons" : nil))
    }
}
