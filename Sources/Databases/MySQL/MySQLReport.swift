package import Modules
import OrderedCollections
package import YAML

/// What one database server says of itself.
package struct MySQLReport: Hashable, Sendable {
    /// Where it gets its transactions from, and how that goes.
    package struct Channel: Hashable, Sendable {
        package var address: String
        package var port: Int
        /// `ON`, `OFF` or `CONNECTING`.
        package var receiver: String
        /// `ON` or `OFF`.
        package var applier: String
        package var errors: [String]
        package var received: GTIDSet
        /// Seconds since its source was last heard; nil when it never was.
        package var silence: Double?
        /// Seconds that the transaction which is being applied is old, 0 when none is; nil while nothing is applied.
        package var lag: Double?
        /// nil when nothing ever came.
        package var horizon: Horizon?

        package var isRunning: Bool { receiver == "ON" && applier == "ON" }
    }

    /// Up to where a replica has received all that its source committed. What came late was committed long before.
    package struct Horizon: Hashable, Sendable {
        /// By the source's clock, in UTC: `2026-01-18T02:30:00.000000Z`.
        package var moment: String
        /// Seconds.
        package var age: Double
    }

    /// How far commits wait for a replica.
    package struct Semisync: Hashable, Sendable {
        /// It is asked for, as a source.
        package var isWanted: Bool
        /// Commits wait now; false: they have fallen back.
        package var isOn: Bool
        package var replicas: Int
        /// Milliseconds until it falls back.
        package var timeout: Int
    }

    package var version: MySQLVersion
    package var uuid: String
    package var isReadOnly: Bool
    package var isSuperReadOnly: Bool
    package var hasGTIDs: Bool
    package var hasBinaryLog: Bool
    package var executed: GTIDSet
    package var purged: GTIDSet
    package var channel: Channel?
    package var semisync: Semisync?
    package var binlogFiles: Int
    package var binlogBytes: Int
    /// Of the file system that holds the data.
    package var diskFree: Int?
    package var diskSize: Int?

    package var takesWrites: Bool { !isReadOnly }
}

/// A database server as it was found: it answers, or why it does not.
package struct MySQLSight: Hashable, Sendable {
    package var name: String
    package var address: String
    /// Whom its host remembers as primary.
    package var epoch: Epoch?
    package var report: MySQLReport?
    /// Why there is no report.
    package var silence: String?

    package init(
        name: String, address: String, epoch: Epoch? = nil, report: MySQLReport? = nil, silence: String? = nil
    ) {
        self.name = name
        self.address = address
        self.epoch = epoch
        self.report = report
        self.silence = silence
    }
}

extension MySQLSight {
    /// For `register` and `--output json`.
    package var value: Value {
        var value: ValueMap = [
            "name": .string(name), "address": .string(address),
            "epoch": epoch.map(Self.value) ?? .null,
            "answers": .bool(report != nil),
        ]
        if let silence { value["silence"] = .string(silence) }
        if let report { value.merge(report.values) { $1 } }
        return .map(value)
    }

    private static func value(_ epoch: Epoch) -> Value {
        [
            "number": .int(epoch.number), "primary": .string(epoch.primary),
            "failed_over": epoch.failedOver.map { .int($0) } ?? .null,
        ]
    }

    /// Reads what `value` writes.
    package init?(_ value: Value) {
        guard let name = value["name"]?.string, let address = value["address"]?.string else { return nil }
        let epoch = value["epoch"]?["number"]?.int.flatMap { number in
            value["epoch"]?["primary"]?.string.map {
                Epoch(number: number, primary: $0, failedOver: value["epoch"]?["failed_over"]?.int)
            }
        }
        self.init(
            name: name, address: address, epoch: epoch, report: MySQLReport(value), silence: value["silence"]?.string)
    }
}

extension MySQLReport {
    var values: ValueMap {
        [
            "version": .string(version.description), "uuid": .string(uuid), "writable": .bool(takesWrites),
            "super_read_only": .bool(isSuperReadOnly), "gtid_mode": .bool(hasGTIDs),
            "binary_log": .bool(hasBinaryLog), "gtid_executed": .string(executed.description),
            "gtid_purged": .string(purged.description), "channel": channel.map { .map($0.values) } ?? .null,
            "semisync": semisync.map { .map($0.values) } ?? .null, "binlog_files": .int(binlogFiles),
            "binlog_bytes": .int(binlogBytes), "disk_free": diskFree.map { .int($0) } ?? .null,
            "disk_size": diskSize.map { .int($0) } ?? .null,
        ]
    }

    init?(_ value: Value) {
        guard let version = value["version"]?.string.flatMap({ MySQLVersion($0) }), let uuid = value["uuid"]?.string,
            let executed = value["gtid_executed"]?.string.flatMap({ GTIDSet($0) }),
            let purged = value["gtid_purged"]?.string.flatMap({ GTIDSet($0) })
        else { return nil }
        self.init(
            version: version, uuid: uuid, isReadOnly: value["writable"]?.bool != true,
            isSuperReadOnly: value["super_read_only"]?.bool == true, hasGTIDs: value["gtid_mode"]?.bool == true,
            hasBinaryLog: value["binary_log"]?.bool == true, executed: executed, purged: purged,
            channel: value["channel"].flatMap(Channel.init), semisync: value["semisync"].flatMap(Semisync.init),
            binlogFiles: value["binlog_files"]?.int ?? 0, binlogBytes: value["binlog_bytes"]?.int ?? 0,
            diskFree: value["disk_free"]?.int, diskSize: value["disk_size"]?.int)
    }
}

extension MySQLReport.Channel {
    fileprivate var values: ValueMap {
        [
            "address": .string(address), "port": .int(port), "receiver": .string(receiver),
            "applier": .string(applier), "errors": .list(errors.map(Value.string)),
            "received": .string(received.description), "silence": silence.map { .float($0) } ?? .null,
            "lag": lag.map { .float($0) } ?? .null,
            "complete_until": horizon.map { .string($0.moment) } ?? .null,
            "incomplete_for": horizon.map { .float($0.age) } ?? .null,
        ]
    }

    fileprivate init?(_ value: Value) {
        guard let address = value["address"]?.string else { return nil }
        self.init(
            address: address, port: value["port"]?.int ?? 3306, receiver: value["receiver"]?.string ?? "OFF",
            applier: value["applier"]?.string ?? "OFF", errors: value["errors"]?.list?.compactMap(\.string) ?? [],
            received: value["received"]?.string.flatMap { GTIDSet($0) } ?? GTIDSet(),
            silence: value["silence"]?.number, lag: value["lag"]?.number,
            horizon: value["complete_until"]?.string.flatMap { moment in
                value["incomplete_for"]?.number.map { MySQLReport.Horizon(moment: moment, age: $0) }
            })
    }
}

extension MySQLReport.Semisync {
    fileprivate var values: ValueMap {
        ["wanted": .bool(isWanted), "on": .bool(isOn), "replicas": .int(replicas), "timeout_ms": .int(timeout)]
    }

    fileprivate init?(_ value: Value) {
        guard let isWanted = value["wanted"]?.bool else { return nil }
        self.init(
            isWanted: isWanted, isOn: value["on"]?.bool == true, replicas: value["replicas"]?.int ?? 0,
            timeout: value["timeout_ms"]?.int ?? 0)
    }
}

extension Value {
    /// An integer or a float.
    fileprivate var number: Double? { if case .float(let number) = self { number } else { int.map(Double.init) } }
}
