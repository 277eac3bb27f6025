import Modules
import OrderedCollections
import Remote
import YAML

/// Lets hosts fetch a release's content from one that has it, so that it crosses the operator's line once.
struct Relay: Sendable {
    struct Pair: Sendable {
        var push: ReleasePush
        var plan: DeliveryPlan
    }

    /// What came of one host: how it went, or why it could not fetch.
    enum Fetch: Sendable {
        case done(ReleasePush.Result)
        case refused(String)
    }

    /// The host that has the release.
    let source: ReleasePush

    private var folder: String { "\(source.staging.store.path)/releases/\(source.staging.id)" }

    /// How the source is reached from its neighbours.
    private struct Door {
        var user = ""
        var port = 22
        var keys: [String] = []
        var addresses: [String] = []
    }

    func run(to others: [Pair]) async -> [(Pair, Fetch)] {
        var guests: [(pair: Pair, guest: RelayKeys.Guest)] = []
        var results: [(Pair, Fetch)] = []
        for (pair, key) in await concurrently(others, { try await Self.makeKey(for: $0) }) {
            switch key {
            case .success(let guest): guests.append((pair, guest))
            case .failure(let error): results.append((pair, .refused("\(error)")))
            }
        }
        guard !guests.isEmpty else { return results }
        do {
            let door = try await open(for: guests.map(\.guest))
            let fetched = await concurrently(guests.map(\.pair)) { try await fetch($0, through: door) }
            for (pair, result) in fetched {
                switch result {
                case .success(let result): results.append((pair, .done(result)))
                case .failure(let error): results.append((pair, .refused("\(error)")))
                }
            }
        } catch {
            results += guests.map { ($0.pair, .refused("\(error)")) }
        }
        await shut()
        return results
    }

    private static func makeKey(for pair: Pair) async throws -> RelayKeys.Guest {
        let scratch = pair.push.staging.scratch
        let reply = try await pair.push.host.run([
            .changes(
                """
                set -e; umask 077
                command -v ssh >/dev/null && command -v ssh-keygen >/dev/null || { echo 'there is no ssh' >&2; exit 1; }
                rm -f \(scratch)/key \(scratch)/key.pub
                ssh-keygen -q -t ed25519 -N '' -C '' -f \(scratch)/key
                cat \(scratch)/key.pub
                """)
        ]).first
        guard let reply, reply.succeeded, let key = reply.output.split(separator: "\n").first else {
            throw ModuleFailure("make a key", reply ?? Reply(status: 1))
        }
        let entries =
            pair.plan.parcels.flatMap { parcel in
                if case .archive(let entries) = parcel { entries } else { [ReleaseManifest.Entry]() }
            } + pair.plan.assemblies.map(\.entry)
        return RelayKeys.Guest(
            publicKey: key.split(separator: " ").prefix(2).joined(separator: " "), token: pair.push.staging.token,
            paths: entries.filter { !$0.isClosed }.map(\.path), closed: entries.filter(\.isClosed).map(\.path))
    }

    private func open(for guests: [RelayKeys.Guest]) async throws -> Door {
        let reply = try await source.host.run([RelayKeys.admit(guests, to: folder)]).first
        guard let reply, reply.succeeded else {
            throw ModuleFailure("let the others in on \(source.host.name)", reply ?? Reply(status: 1))
        }
        var door = Door()
        for line in reply.output.split(separator: "\n") {
            let fields = line.split(separator: "\t", maxSplits: 1).map(String.init)
            guard fields.count == 2 else { continue }
            switch fields[0] {
            case "user": door.user = fields[1]
            case "port": door.port = Int(fields[1]) ?? 22
            case "key": door.keys.append(fields[1].split(separator: " ").prefix(2).joined(separator: " "))
            default: break
            }
        }
        let facts = source.host.facts.values
        let first = facts[.string("default_ipv4")]?["address"]?.string
        let all = facts[.string("all_ipv4_addresses")]?.list?.compactMap(\.string) ?? []
        door.addresses = ([first].compactMap { $0 } + all.filter { $0 != first }).prefix(3).map { $0 }
        return door
    }

    private func fetch(_ pair: Pair, through door: Door) async throws -> ReleasePush.Result {
        let (staging, scratch) = (pair.push.staging, pair.push.staging.scratch)
        await pair.push.host.progress("fetching from \(source.host.name)")
        // Only the address is unknown here: the keys were told over a connection that is already trusted.
        let name = "intchain-push-source"
        let known = door.keys.map { "\(name) \($0)\n" }.joined()
        let options = [
            "-F", "/dev/null", "-i", "\(scratch)/key", "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes", "-o",
            "StrictHostKeyChecking=yes", "-o", "UserKnownHostsFile=\(scratch)/known_hosts", "-o",
            "GlobalKnownHostsFile=/dev/null", "-o", "HostKeyAlias=\(name)", "-o", "ConnectTimeout=3", "-o",
            "ServerAliveInterval=5", "-p", "\(door.port)", "-l", door.user,
        ]
        let reply = try await pair.push.host.run([
            .changes(
                """
                trap 'rm -f \(scratch)/key \(scratch)/key.pub' 0
                cat "$in1" >\(scratch)/known_hosts
                for address in \(door.addresses); do
                { ssh \(options) "$address" fetch; echo $? >\(scratch)/status; } </dev/null |
                tar -x -i -p --no-same-owner -f - -C \(staging.folder) && [ "$(cat \(scratch)/status)" = 0 ] && exit 0
                done
                echo 'no address of it answers' >&2; exit 1
                """, inputs: [Array(known.utf8)])
        ]).first
        guard let reply, reply.succeeded else { throw ModuleFailure("fetch", reply ?? Reply(status: 1)) }
        try await pair.push.finishFetched(pair.plan)
        return ReleasePush.Result(changed: true, files: pair.plan.arriving.count, bytes: 0)
    }

    /// Takes the keys back, also when the run was interrupted.
    private func shut() async {
        let host = source.host
        _ = await Task { try? await host.run([.changes(RelayKeys.sweep)]) }.value
    }
}
