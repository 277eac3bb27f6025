import Modules
import Remote

/// The transactions that a dead primary had written to its binary log and nobody had received.
struct Salvage: Sendable {
    let fleet: MySQLFleet
    let dead: String
    let heir: String
    let scripts: SwitchScripts
    let epoch: Epoch

    /// What came of it.
    struct Result: Hashable, Sendable {
        /// What was found on the dead server, and the heir lacked.
        var found = GTIDSet()
        /// Of these, what the heir has now.
        var applied = GTIDSet()
        /// Why not all of them could be applied.
        var failure: String?
        /// Why the newest log could not be read to its end: there may be more than was found.
        var unread: String?

        var lost: GTIDSet { found.subtracting(applied) }
    }

    private static let folder = BinlogScripts().folder
    var file: String { "\(Self.folder)/\(dead)-epoch\(epoch.number)-tail.sql" }

    /// - Parameter known: all that the heir has.
    /// - Throws: `ModuleFailure`, `TransportError`: then it is not known what the dead server's log holds.
    func run(knowing known: GTIDSet) async throws -> Result {
        let files = try await binlogs(after: known)
        let tail = try await extract(files, excluding: known)
        let found = tail.found
        guard !found.isEmpty else { return Result(unread: tail.unread) }
        await fleet.desk.progress("\(found.count) transactions of \(dead) were not received: bringing them to \(heir)")
        do { try await carry(tail.size) } catch let failure as ModuleFailure {
            // They are known all the same, and lost as long as they are only there.
            return Result(found: found, failure: failure.description, unread: tail.unread)
        }
        let reply = try await fleet.run(scripts.apply(file), on: heir)
        let executed = await fleet.look(at: [heir]).servers.first?.report?.executed ?? known
        return Result(
            found: found, applied: found.subtracting(found.subtracting(executed)),
            failure: reply.succeeded ? nil : "\(ModuleFailure("apply them on \(heir)", reply))", unread: tail.unread)
    }

    /// The binary logs from the newest one on before which the heir has everything.
    private func binlogs(after known: GTIDSet) async throws -> [String] {
        let reply = try await fleet.run(Self.listing, on: dead)
        guard reply.succeeded else { throw ModuleFailure("read the list of binary logs", reply) }
        return try Self.files(in: reply.output, after: known)
    }

    static func files(in listing: String, after known: GTIDSet) throws -> [String] {
        let lines = listing.split(separator: "\n").map { $0.split(separator: "\t", omittingEmptySubsequences: false) }
        let logs = lines.filter { $0.count == 2 }
        guard !logs.isEmpty else { throw ModuleFailure("there is no binary log") }
        let start = logs.lastIndex { log in GTIDSet(String(log[1])).map(known.contains) ?? false } ?? 0
        return logs[start...].map { String($0[0]) }
    }

    /// Each log with the transactions before it, which stand at its beginning, alone even where nothing follows them; and
    /// with a question mark where it does not tell them.
    static let listing = Fragment.reads(
        """
        cd /var/lib/mysql || exit 1
        while read -r file; do
        printf '%s\\t' "$file"
        mysqlbinlog --no-defaults "$file" 2>/dev/null |
        awk '/Previous-GTIDs/ { p = 1; next } p && /^# [0-9a-f-]+:/ { sub(/^# */, ""); printf "%s", $0; next } p { exit }
        END { if (!p) printf "?" }'
        echo
        done <"$(\(BinaryLogs.index))"
        """, timeout: .seconds(60))

    /// What the dead server's host has written to a file.
    struct Tail: Hashable, Sendable {
        var found: GTIDSet
        /// Of the file, in bytes.
        var size: Int
        var unread: String?

        /// - Throws: `ModuleFailure` for what `extract` does not print.
        init(parsing text: String) throws {
            var lines = text.split(separator: "\n").map(String.init)
            unread = Self.take("unread=", from: &lines)
            size = Self.take("bytes=", from: &lines).flatMap { Int($0.filter(\.isNumber)) } ?? 0
            guard let found = GTIDSet(lines.joined(separator: ",")) else {
                throw ModuleFailure("the transactions in the binary log cannot be read")
            }
            self.found = found
        }

        private static func take(_ name: String, from lines: inout [String]) -> String? {
            guard let index = lines.firstIndex(where: { $0.hasPrefix(name) }) else { return nil }
            return String(lines.remove(at: index).dropFirst(name.count))
        }
    }

    /// Writes the missing transactions to a file on the dead server's host.
    private func extract(_ files: [String], excluding known: GTIDSet) async throws -> Tail {
        let script = BinlogScripts().extract(files, excluding: known, to: file)
        let reply = try await fleet.run(.changes(script, timeout: .seconds(600)), on: dead)
        guard reply.succeeded else { throw ModuleFailure("read the binary log", reply) }
        return try Tail(parsing: reply.output)
    }

    private func carry(_ size: Int) async throws {
        let feed = FileFeed(host: try await fleet.host(dead), path: file, size: size)
        let reply = try await fleet.host(heir).run(
            .changes("umask 077; mkdir -p \(Self.folder) && cat >\(file)"), fedBy: feed)
        guard reply.succeeded else { throw ModuleFailure("copy the salvaged transactions to \(heir)", reply) }
    }
}

/// A file of a host, piece by piece.
actor FileFeed: ByteFeed {
    private let host: any ActionHost
    private let path: String
    private let size: Int
    private var position = 0

    init(host: any ActionHost, path: String, size: Int) {
        self.host = host
        self.path = path
        self.size = size
    }

    func next() async throws -> [UInt8]? {
        guard position < size else { return nil }
        let count = min(4 << 20, size - position)
        let reply = try await host.run([.reads("tail -c +\(position + 1) -- \(path) | head -c \(count)")]).first
        guard let bytes = reply?.stdout, bytes.count == count else { throw ModuleFailure("\(path) ended early") }
        position += count
        return bytes
    }
}

/// The binary logs as files.
enum BinaryLogs {
    /// Prints the name of the file that lists them, in the folder of the data.
    static let index: Shell = """
        base=$(my_print_defaults mysqld | sed -n 's/^--log[-_]bin=//p' | tail -n 1); echo "${base:-mysql-bin}.index"
        """
}
