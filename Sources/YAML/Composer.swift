import Diagnostics

/// Builds the node tree out of libyaml's events: expands aliases, resolves merge keys, refuses duplicates.
///
/// A syntax error or a limit ends the work at once; everything else is noted in `problems` and the work goes on, so
/// that the author sees all of it together.
struct Composer {
    let file: String
    let source: SourceText
    private(set) var problems: [Problem] = []

    private let reader: EventReader
    let limits: ParseLimits
    private var anchors: [String: Composed] = [:]
    private var openAnchors: Set<String> = []
    private var count = 0

    /// A finished node with what its repetition by an alias costs.
    private struct Composed {
        var node: Node
        var nodes: Int
        var height: Int
    }

    init(_ text: String, source: SourceText, file: String, limits: ParseLimits) throws(Problem) {
        guard text.utf8.count <= limits.bytes else {
            throw Problem("\(file): the file has \(text.utf8.count) bytes, the limit is \(limits.bytes)")
        }
        self.file = file
        self.limits = limits
        self.source = source
        reader = try EventReader(text, file: file)
    }

    /// The one document of the text; nil when there is nothing in it.
    mutating func document() throws(Problem) -> Node? {
        _ = try reader.next()
        guard case .documentStart = try reader.next().kind else { return nil }
        let root = try compose(try reader.next(), depth: 1)
        _ = try reader.next()
        let end = try reader.next()
        guard case .streamEnd = end.kind else {
            throw Problem(
                "a second document begins here", at: end.start.place(in: file), hint: "keep one document a file")
        }
        if let scalar = root.node.scalar, scalar.style == .plain, scalar.text.isEmpty { return nil }
        return root.node
    }

    mutating func note(_ problem: Problem) {
        problems.append(problem)
    }

    private mutating func compose(_ event: Event, depth: Int, isKey: Bool = false) throws(Problem) -> Composed {
        let place = event.start.place(in: file)
        try admit(1, depth: depth, at: place)
        switch event.kind {
        case .alias(let name): return try alias(name, depth: depth, at: place)
        case .scalar(let scalar):
            let node = self.node(scalar, event, isKey: isKey)
            return remember(Composed(node: node, nodes: 1, height: 1), as: scalar.properties.anchor)
        case .sequenceStart(let properties): return try sequence(properties, event, depth: depth)
        case .mappingStart(let properties, let isFlow):
            return try mapping(properties, isFlow: isFlow, event, depth: depth)
        default: throw Problem("unexpected end of the document", at: place)
        }
    }
}

extension Composer {
    private mutating func admit(_ nodes: Int, depth: Int, at place: Place) throws(Problem) {
        count += nodes
        guard count <= limits.nodes else {
            throw Problem(
                "the document has more than \(limits.nodes) nodes", at: place, hint: "do not nest aliases in aliases")
        }
        guard depth <= limits.depth else {
            throw Problem("the document is nested more than \(limits.depth) levels deep", at: place)
        }
    }

    private mutating func remember(_ composed: Composed, as anchor: String?) -> Composed {
        guard let anchor else { return composed }
        openAnchors.remove(anchor)
        if let first = anchors.updateValue(composed, forKey: anchor) {
            note(
                Problem("duplicate anchor '&\(anchor)', first written at \(first.node.place)", at: composed.node.place))
        }
        return composed
    }

    private mutating func alias(_ name: String, depth: Int, at place: Place) throws(Problem) -> Composed {
        if openAnchors.contains(name) {
            throw Problem("the alias '*\(name)' stands inside its own anchor", at: place)
        }
        guard let anchor = anchors[name] else {
            note(
                Problem(
                    "there is no anchor '&\(name)' before this alias", at: place,
                    hint: Suggestion.hint(for: name, among: anchors.keys.sorted())
                        ?? "quote the value if it is no alias: '*\(name)'"))
            return Composed(node: Node(.scalar(.null), at: place), nodes: 1, height: 1)
        }
        try admit(anchor.nodes, depth: depth + anchor.height - 1, at: place)
        return anchor
    }

    private mutating func sequence(
        _ properties: Event.Properties, _ event: Event, depth: Int
    ) throws(Problem) -> Composed {
        if let anchor = properties.anchor { openAnchors.insert(anchor) }
        let before = count
        var height = 0
        var nodes: [Node] = []
        while true {
            let next = try reader.next()
            if case .sequenceEnd = next.kind { break }
            let item = try compose(next, depth: depth + 1)
            height = max(height, item.height)
            nodes.append(item.node)
        }
        let node = tagged(Node(.sequence(nodes), at: place(of: properties, event)), properties.tag, kind: "seq")
        return remember(Composed(node: node, nodes: count - before + 1, height: height + 1), as: properties.anchor)
    }

    private mutating func mapping(
        _ properties: Event.Properties, isFlow: Bool, _ event: Event, depth: Int
    ) throws(Problem) -> Composed {
        if let anchor = properties.anchor { openAnchors.insert(anchor) }
        let before = count
        var height = 0
        var entries = MappingBuilder(at: place(of: properties, event), isFlow: isFlow)
        while true {
            let next = try reader.next()
            if case .mappingEnd = next.kind { break }
            let key = try compose(next, depth: depth + 1, isKey: true)
            let value = try compose(try reader.next(), depth: depth + 1)
            height = max(height, key.height, value.height)
            entries.add(Node.Entry(key: key.node, value: value.node), isMerge: next.isMergeKey)
        }
        problems += entries.problems
        let node = tagged(Node(.mapping(entries.merged()), at: entries.place), properties.tag, kind: "map")
        return remember(Composed(node: node, nodes: count - before + 1, height: height + 1), as: properties.anchor)
    }

    func place(of properties: Event.Properties, _ event: Event) -> Place {
        let start = properties.isEmpty ? event.start : source.skippingProperties(from: event.start)
        return start.place(in: file)
    }
}

extension Event {
    /// A plain, untagged `<<`.
    fileprivate var isMergeKey: Bool {
        guard case .scalar(let scalar) = kind else { return false }
        return scalar.isImplicit && scalar.text == "<<"
    }
}
