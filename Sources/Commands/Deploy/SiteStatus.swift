import OrderedCollections
import Rollouts
import YAML

/// What runs on each app server, and what is not as it should be.
struct SiteStatus: Equatable {
    struct Server: Equatable {
        var host: String
        /// Why it could not be asked.
        var silence: String?
        var live: String?
        var since: String?
        /// Its rollout came to its end here.
        var isServing = false
        var previous: String?
        var bad: [String] = []
        var services = 0
        /// The services that are not well, each with its answer.
        var sick: [String] = []
        /// The balancers on which it is out of Nginx; nil when none could be asked.
        var outOn: [String]?
        /// It missed a rollout.
        var isBehind = false
    }

    /// A host with the Nginx that the servers' requests come through.
    struct Balancer: Equatable {
        var host: String
        /// Why it could not be asked.
        var silence: String?
    }

    var servers: [Server]
    var balancers: [Balancer] = []
    /// The rollout that waits to be resumed or aborted.
    var open: RunRecord?
    /// The servers that a rollout went on without.
    var behind: [String] { servers.filter(\.isBehind).map(\.host) }

    /// What is wrong: `subject: sentence`.
    var findings: [String] {
        let each = servers.flatMap(\.findings)
        let run = open.map {
            "\($0.command), run \($0.id), is not finished: 'resume' goes on with it, 'abort' undoes it"
        }
        let late = behind.map { "\($0): has missed a rollout: 'deploy --catch-up' brings it to the live release" }
        return drift + each + balancers.compactMap(\.finding) + late + [run].compactMap { $0 }
    }

    /// Nothing is off but that servers or balancers could not be asked.
    var isOnlySilence: Bool {
        let answering = servers.filter { $0.silence == nil }
        return drift.isEmpty && open == nil && answering.allSatisfy { $0.findings.isEmpty && !$0.isBehind }
    }

    /// The servers run different releases.
    var drift: [String] {
        let answering = servers.filter { $0.silence == nil }
        let byRelease = OrderedDictionary(grouping: answering) { $0.live ?? "no release" }
        guard byRelease.count > 1 else { return [] }
        let parts = byRelease.map { "\($0) on \($1.map(\.host).joined(separator: ", "))" }
        return ["drift: \(parts.joined(separator: "; "))"]
    }
}

extension SiteStatus.Balancer {
    var finding: String? {
        silence.map { "\(host): the balancer can't be asked which servers it sends requests to: \($0.without(host))" }
    }
}

extension String {
    /// An error that names its host at its beginning, without that.
    fileprivate func without(_ host: String) -> String {
        hasPrefix("\(host): ") ? String(dropFirst(host.count + 2)) : self
    }
}

extension SiteStatus.Server {
    var findings: [String] {
        // That it takes no requests is well, while it is silent.
        if let silence { return ["\(host): \(silence.without(host))"] }
        guard let live else { return ["\(host): no release yet: 'intchainctl deploy DIR' brings the first"] }
        var all: [String] = []
        if !isServing { all.append("release \(live) has not come through its rollout here") }
        if let outOn, !outOn.isEmpty { all.append("is out of Nginx on \(outOn.joined(separator: ", "))") }
        return (all + sick).map { "\(host): \($0)" }
    }

    var health: String { services == 0 ? "-" : "\(services - sick.count)/\(services)" }

    var place: String { outOn.map { $0.isEmpty ? "in" : "out" } ?? "?" }

    /// From what a run of `playbooks/status.yml` found; rows about other hosts are passed over.
    /// - Parameter address: by which Nginx knows it, without the port.
    init(
        _ host: String, at address: String, releases: [ResultCollector.Row], checks: [ResultCollector.Row],
        upstreams: [ResultCollector.Row],
        silence: String?
    ) {
        self.init(host: host, silence: silence)
        for row in releases where row.host == host { add(release: row.value) }
        for row in checks where row.host == host { add(check: row.value) }
        let places = upstreams.filter { $0.value["server"]?.string?.hasPrefix("\(address):") == true }
        guard !places.isEmpty else { return }
        isBehind = places.contains { $0.value["behind"] == true }
        outOn = places.filter { $0.value["state"] == "drained" }.map(\.host)
    }

    private mutating func add(release: Value) {
        let id = release["id"]?.string ?? "?"
        switch release["mark"]?.string {
        case "live":
            live = id
            since = release["live"]?.string
            isServing = release["serving"] == true
        case "previous": previous = id
        case "bad": bad.append(id)
        default: break
        }
    }

    private mutating func add(check: Value) {
        services += 1
        guard check["healthy"] != true else { return }
        let answer = check["error"]?.string ?? check["excerpt"]?.string ?? ""
        let line = answer.split(whereSeparator: \.isNewline).first.map(String.init) ?? "no answer"
        let status = check["status"]?.int.map { "\($0) " } ?? ""
        sick.append("\(check["name"]?.string ?? "?") is not healthy: \(status)\(line)")
    }
}

extension SiteStatus {
    /// `--output json`; keys are added to it and never renamed.
    var value: Value {
        [
            "ok": .bool(findings.isEmpty), "findings": .list(findings.map(Value.string)),
            "drift": .bool(!drift.isEmpty), "servers": .list(servers.map(\.value)),
            "balancers": .list(
                balancers.map {
                    ["host": .string($0.host), "unreachable": $0.silence.map { .string($0) } ?? .null]
                }),
            "open_run": open.map { .string($0.id) } ?? .null, "behind": .list(behind.map(Value.string)),
        ]
    }
}

extension SiteStatus.Server {
    var value: Value {
        func text(_ text: String?) -> Value { text.map { .string($0) } ?? .null }
        return [
            "host": .string(host), "unreachable": text(silence), "live": text(live), "since": text(since),
            "serving": .bool(isServing), "previous": text(previous), "bad": .list(bad.map(Value.string)),
            "services": .int(services), "healthy": .int(services - sick.count), "sick": .list(sick.map(Value.string)),
            "nginx": outOn.map { $0.isEmpty ? "active" : "drained" } ?? .null,
        ]
    }
}
