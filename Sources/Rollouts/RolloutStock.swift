import OrderedCollections
package import YAML

/// What servers were as a rollout began: what is to become of them when it is taken back, and can't be told later.
package struct RolloutStock: Hashable, Sendable {
    /// They served the release already: it is not this rollout's to take from them.
    package var serving: [String]
    /// They were out of Nginx until they get a release: what they ran is not what the others go back to.
    package var waiting: [String]
    /// By server, the release that it is to go back to: what is live and good once a run has begun tells it no more.
    /// Servers that have none are not in it.
    package var before: [String: String]

    package init(serving: [String] = [], waiting: [String] = [], before: [String: String] = [:]) {
        (self.serving, self.waiting, self.before) = (serving, waiting, before)
    }

    /// As a journal keeps it.
    package var fields: ValueMap {
        [
            "serving": .list(serving.map(Value.string)), "waiting": .list(waiting.map(Value.string)),
            "before": beforeValue,
        ]
    }

    /// `before` as playbooks know it.
    package var beforeValue: Value {
        .map(
            ValueMap(
                before.sorted { $0.key < $1.key }.map { (.string($0.key), .string($0.value)) },
                uniquingKeysWith: { first, _ in first }))
    }

    package var value: Value { .map(fields) }

    package init(_ value: Value) {
        self.init(
            serving: value["serving"]?.list?.compactMap(\.string) ?? [],
            waiting: value["waiting"]?.list?.compactMap(\.string) ?? [],
            before: Self.releases(value["before"]?.map ?? [:]))
    }

    /// By server, but for those that have none.
    static func releases(_ map: ValueMap) -> [String: String] {
        let pairs = map.compactMap { host, release -> (String, String)? in
            guard let host = host.string, let release = release.string, !release.isEmpty else { return nil }
            return (host, release)
        }
        return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }
}
