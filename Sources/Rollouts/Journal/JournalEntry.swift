import OrderedCollections
package import YAML

/// A line of a run's journal: what happened when, and what there is to say about it.
package struct JournalEntry: Hashable, Sendable {
    package enum Event: String, Hashable, Sendable {
        /// Who began what: `kind`, `command`, `holder`, `machine`, `pid`, `inventory`, `variables` …
        case begun
        /// Which release it is about: `release`.
        case release
        /// What servers were before the first was touched: `serving`, `waiting`.
        case stock
        /// A step is about to be made: `host`, `delegate`, `task`, `module`.
        case before
        /// The same step was made; `failed` when it failed.
        case after
        /// The release is being taken back: `reason`.
        case undoing
        /// Servers that were left out: `hosts`.
        case behind
        /// How it ended: `outcome`, `message`.
        case ended
    }

    package var event: Event
    /// Milliseconds since 1970, by the operator's clock.
    package var time: Int
    package var fields: ValueMap

    package init(_ event: Event, at time: Int, _ fields: ValueMap = [:]) {
        self.event = event
        self.time = time
        self.fields = fields
    }

    package subscript(_ name: String) -> String? { fields[.string(name)]?.string }

    /// One line of JSON, without its end.
    package var line: String {
        var map: ValueMap = ["event": .string(event.rawValue), "time": .int(time)]
        map.merge(fields) { own, _ in own }
        return Value.map(map).json()
    }

    /// - Returns: nil for a line that was cut off, or that a later version wrote.
    package init?(_ line: some StringProtocol) {
        guard let value = try? Value(json: String(line)), var map = value.map, let time = value["time"]?.int,
            let event = value["event"]?.string.flatMap(Event.init(rawValue:))
        else { return nil }
        map["event"] = nil
        map["time"] = nil
        self.init(event, at: time, map)
    }
}
