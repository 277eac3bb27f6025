import Modules

@testable import Databases

let alpha = "3e11fa47-71ca-11e1-9e33-c80aa9429562"
let beta = "4e11fa47-71ca-11e1-9e33-c80aa9429562"

/// A server as it may be found.
func sight(
    _ name: String, executed: String, purged: String = "", writes: Bool = false, from source: String? = nil,
    receiver: String = "ON", applier: String = "ON", lag: Double? = 0, epoch: Epoch? = nil,
    version: MySQLVersion = MySQLVersion(9, 7, 4), received: String = "", silence: Double? = 1
) -> MySQLSight {
    let channel = source.map {
        MySQLReport.Channel(
            address: address($0), port: 3306, receiver: receiver, applier: applier, errors: [],
            received: GTIDSet(received) ?? GTIDSet(), silence: silence, lag: lag, horizon: nil)
    }
    return MySQLSight(
        name: name, address: address(name), epoch: epoch,
        report: MySQLReport(
            version: version, uuid: name == "db1" ? alpha : beta, isReadOnly: !writes, isSuperReadOnly: !writes,
            hasGTIDs: true, hasBinaryLog: true, executed: GTIDSet(executed) ?? GTIDSet(),
            purged: GTIDSet(purged) ?? GTIDSet(), channel: channel, semisync: nil, binlogFiles: 2,
            binlogBytes: 4 << 20, diskFree: 50 << 30, diskSize: 100 << 30))
}

func address(_ name: String) -> String { "10.0.0." + (name.last.map(String.init) ?? "0") }
