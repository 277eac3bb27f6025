import OrderedCollections
package import YAML

/// What one Redis server says of itself.
package struct RedisReport: Hashable, Sendable {
    /// The one it copies from; nil for a primary.
    package var source: String?
    /// The replica's copy is up to date but for what is on its way.
    package var isLinked: Bool
    /// Seconds since the replica heard its source, over a link that stands.
    package var silence: Int?
    /// Seconds since the replica found its link broken: up to `linkTimeout` after it last heard its source.
    package var linkDown: Int?
    /// Seconds of silence after which a replica finds its link broken, where it says so.
    package var linkTimeout: Int?
    /// Bytes of the stream of writes that it has made, or received.
    package var offset: Int
    /// Addresses of those who copy from it.
    package var replicas: [String]
    package var version: String
    package var keys: Int
    /// What of its persistence does not work.
    package var persistenceErrors: [String]

    package var takesWrites: Bool { source == nil }

    /// Seconds within which the replica surely heard its source last; nil: nobody knows, as after a restart of its own.
    /// Redis counts whole seconds, and looks at its links once in one (`replicationCron`).
    package var heardWithin: Int? {
        silence.map { $0 + 1 } ?? linkDown.map { $0 + (linkTimeout ?? Self.usualLinkTimeout) + 3 }
    }

    /// What `repl-timeout` is where nobody sets it.
    private static let usualLinkTimeout = 60
}

/// A Redis server as it was found: it answers, or why it does not.
package struct RedisSight: Hashable, Sendable {
    package var name: String
    package var address: String
    /// Whom its role file names; nil: it is to be a primary, or was never told.
    package var recordedSource: String?
    /// Its redis.conf was given to Sentinel, which moves the writes.
    package var isKeptBySentinel = false
    package var report: RedisReport?
    package var silence: String?

    package init(
        name: String, address: String, recordedSource: String? = nil, report: RedisReport? = nil,
        silence: String? = nil
    ) {
        self.name = name
        self.address = address
        self.recordedSource = recordedSource
        self.report = report
        self.silence = silence
    }
}

extension RedisReport {
    /// Reads `INFO`; nil for text that is none.
    init?(info lines: [Substring]) {
        var values: [Substring: Substring] = [:]
        for line in lines {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2 { values[parts[0]] = parts[1] }
        }
        guard let role = values["role"] else { return nil }
        func number(_ key: Substring) -> Int? { values[key].flatMap { Int($0) } }
        // -1: there is no link now, or there never was one.
        func seconds(_ key: Substring) -> Int? { number(key).flatMap { $0 < 0 ? nil : $0 } }
        source = role == "slave" ? values["master_host"].map(String.init) : nil
        isLinked = values["master_link_status"] == "up"
        silence = seconds("master_last_io_seconds_ago")
        linkDown = seconds("master_link_down_since_seconds")
        linkTimeout = Self.setting("repl-timeout", in: lines)
        offset = number(source == nil ? "master_repl_offset" : "slave_repl_offset") ?? 0
        replicas = values.filter { $0.key.wholeMatch(of: /slave\d+/) != nil }.values.compactMap(Self.address).sorted()
        version = values["redis_version"].map(String.init) ?? "?"
        keys = values.filter { $0.key.wholeMatch(of: /db\d+/) != nil }.values.reduce(0) { $0 + Self.keys($1) }
        persistenceErrors = ["rdb_last_bgsave_status", "aof_last_write_status", "aof_last_bgrewrite_status"].filter {
            values[Substring($0)].map { $0 != "ok" } ?? false
        }
    }

    /// `CONFIG GET` answers with the name, then the value: `1) "repl-timeout"`, `2) "60"`.
    private static func setting(_ name: String, in lines: [Substring]) -> Int? {
        guard let line = lines.firstIndex(where: { $0.contains("\"\(name)\"") }), line + 1 < lines.endIndex else {
            return nil
        }
        return lines[line + 1].split(separator: "\"").dropFirst().first.flatMap { Int($0) }
    }

    /// `ip=10.0.0.2,port=6379,state=online,…`.
    private static func address(_ value: Substring) -> String? {
        value.split(separator: ",").first { $0.hasPrefix("ip=") }.map { String($0.dropFirst(3)) }
    }

    /// `keys=7,expires=0,…`.
    private static func keys(_ value: Substring) -> Int {
        value.split(separator: ",").first { $0.hasPrefix("keys=") }.flatMap { Int($0.dropFirst(5)) } ?? 0
    }
}

extension RedisSight {
    /// For `register` and `--output json`.
    package var value: Value {
        var value: ValueMap = [
            "name": .string(name), "address": .string(address), "answers": .bool(report != nil),
            "recorded_source": recordedSource.map { .string($0) } ?? .null,
        ]
        if isKeptBySentinel { value["kept_by_sentinel"] = true }
        if let silence { value["silence"] = .string(silence) }
        if let report {
            value["writable"] = .bool(report.takesWrites)
            value["source"] = report.source.map { .string($0) } ?? .null
            value["linked"] = .bool(report.isLinked)
            value["source_heard_seconds_ago"] = report.silence.map { .int($0) } ?? .null
            value["link_down_seconds"] = report.linkDown.map { .int($0) } ?? .null
            value["link_timeout"] = report.linkTimeout.map { .int($0) } ?? .null
            value["offset"] = .int(report.offset)
            value["replicas"] = .list(report.replicas.map { .string($0) })
            value["version"] = .string(report.version)
            value["keys"] = .int(report.keys)
            value["persistence_errors"] = .list(report.persistenceErrors.map { .string($0) })
        }
        return .map(value)
    }

    /// Reads what `value` writes.
    package init?(_ value: Value) {
        guard let name = value["name"]?.string, let address = value["address"]?.string else { return nil }
        self.init(
            name: name, address: address, recordedSource: value["recorded_source"]?.string,
            silence: value["silence"]?.string)
        isKeptBySentinel = value["kept_by_sentinel"]?.bool == true
        guard let offset = value["offset"]?.int, let version = value["version"]?.string else { return }
        report = RedisReport(
            source: value["source"]?.string, isLinked: value["linked"]?.bool == true,
            silence: value["source_heard_seconds_ago"]?.int, linkDown: value["link_down_seconds"]?.int,
            linkTimeout: value["link_timeout"]?.int, offset: offset,
            replicas: value["replicas"]?.list?.compactMap(\.string) ?? [], version: version,
            keys: value["keys"]?.int ?? 0,
            persistenceErrors: value["persistence_errors"]?.list?.compactMap(\.string) ?? [])
    }
}
