import Diagnostics

/// Collects a mapping's entries: refuses duplicate keys, and puts merged entries under those written out.
struct MappingBuilder {
    let place: Place
    private(set) var problems: [Problem] = []

    private let isFlow: Bool
    private var own: [Node.Entry] = []
    private var ownIndex: [Value: Int] = [:]
    private var inherited: [Node.Entry] = []

    init(at place: Place, isFlow: Bool) {
        self.place = place
        self.isFlow = isFlow
    }

    mutating func add(_ entry: Node.Entry, isMerge: Bool) {
        guard !isMerge else { return inherit(from: entry.value) }
        guard let key = entry.key.scalar else { return refuse(entry.key) }
        if let index = ownIndex[key.value] {
            let first = own[index].key.place
            problems.append(
                Problem(
                    "duplicate key '\(key.text)', first written at \(first)", at: entry.key.place,
                    hint: "remove or rename one of the two", rule: .duplicateKey))
            own[index].value = own[index].value.joined(entry.value)
            return
        }
        ownIndex[key.value] = own.count
        own.append(entry)
    }

    /// All entries in PyYAML's order: what was merged comes first, and keeps its position when it is overridden.
    func merged() -> [Node.Entry] {
        guard !inherited.isEmpty else { return own }
        var entries: [Node.Entry] = []
        var index: [Value: Int] = [:]
        for entry in inherited + own {
            if let known = index[entry.key.value] {
                entries[known] = entry
            } else {
                index[entry.key.value] = entries.count
                entries.append(entry)
            }
        }
        return entries
    }

    /// `<<: *one` or `<<: [*one, *two]`, where the earlier one wins.
    private mutating func inherit(from node: Node) {
        switch node.content {
        case .mapping(let entries): inherited += entries
        case .sequence(let nodes):
            for item in nodes.reversed() {
                guard let entries = item.mapping else { return refuseMerge(of: item) }
                inherited += entries
            }
        case .scalar: refuseMerge(of: node)
        }
    }

    private mutating func refuseMerge(of node: Node) {
        problems.append(
            Problem("'<<' merges mappings, found \(node.value.kind)", at: node.place, hint: "write <<: *anchor"))
    }

    private mutating func refuse(_ key: Node) {
        if isFlow, key.mapping != nil {
            problems.append(
                Problem(
                    "the value begins with '{{' but is not quoted", at: place,
                    hint: "quote the value: \"{{ … }}\""))
        } else {
            problems.append(Problem("a mapping's key must be a scalar, found \(key.value.kind)", at: key.place))
        }
    }
}

extension Node {
    /// What a key that is written twice stands for while the rest of the file is checked: nothing of either is lost.
    fileprivate func joined(_ other: Node) -> Node {
        switch (content, other.content) {
        case (.mapping(let first), .mapping(let second)): Node(.mapping(first + second), at: place)
        case (.sequence(let first), .sequence(let second)): Node(.sequence(first + second), at: place)
        default: self
        }
    }
}
