import Fleet
import OrderedCollections
import Rollouts
import YAML

extension StandIn {
    /// As a run's journal keeps it.
    var value: Value { ["gone": .string(gone), "host": .string(host)] }

    init?(_ value: Value?) {
        guard let gone = value?["gone"]?.string, let host = value?["host"]?.string else { return nil }
        self.init(for: gone, by: host)
    }
}

extension RunRecord {
    /// The host that took a lost one's place in this run, and does so in the inventory of who goes on with it.
    var standIn: StandIn? { StandIn(first(.begun)?.fields["stand_in"]) }
}
