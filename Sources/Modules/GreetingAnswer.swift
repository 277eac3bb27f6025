import OrderedCollections
import YAML

/// The greeting's answer by key, and the facts that each part of it gives.
struct GreetingAnswer {
    private let said: [String: String]

    init(_ said: [String: String]) {
        self.said = said
    }

    var facts: ValueMap {
        let own = [system, hardware, account, names]
        let rest = isWhole ? [time, fullName, network] : []
        return (own + rest).reduce(into: [:]) { all, some in all.merge(some) { _, new in new } }
    }

    /// Whether all was asked.
    private var isWhole: Bool { said["addresses"] != nil }

    private var network: ValueMap {
        NetworkAnswer(addresses: self["addresses"], routes: self["routes"]).facts
    }

    private subscript(_ key: String) -> String { said[key] ?? "" }

    private var system: ValueMap {
        let distribution = Distribution(
            osRelease: self["os-release"], debianVersion: self["debian-version"], centosRelease: self["centos-release"])
        let tools = self["tools"].split(separator: " ")
        let managers = [
            "apt-get": "apt", "dnf": "dnf", "yum": "yum", "zypper": "zypper", "apk": "apk", "pacman": "pacman",
        ]
        let manager = tools.lazy.compactMap { managers[String($0)] }.first
        return [
            "system": "Linux", "kernel": .string(self["kernel"]), "architecture": .string(self["machine"]),
            "machine": .string(self["machine"]), "userspace_bits": self["machine"].contains("64") ? "64" : "32",
            "distribution": .string(distribution.name), "distribution_version": .string(distribution.version),
            "distribution_major_version": .string(distribution.majorVersion),
            "distribution_release": .string(distribution.release), "os_family": .string(distribution.family),
            "pkg_mgr": .string(manager ?? "unknown"), "service_mgr": .string(self["init"]),
        ]
    }

    private var names: ValueMap {
        let node = self["hostname"]
        return ["hostname": .string(String(node.prefix { $0 != "." })), "nodename": .string(node)]
    }

    /// As /etc/hosts has it.
    private var fullName: ValueMap {
        let node = self["hostname"]
        let listed = self["hosts"].split(separator: "\n").lazy
            .map { $0.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace) }
            .filter { $0.dropFirst().contains { $0 == node } }
            .compactMap { $0.dropFirst().first { $0.contains(".") } }
            .first
        let full = node.contains(".") ? node : listed.map(String.init) ?? node
        return [
            "fqdn": .string(full),
            "domain": .string(String(full.drop { $0 != "." }.dropFirst())),
        ]
    }

    private var hardware: ValueMap {
        let memory = Dictionary(
            (isWhole ? self["meminfo"] : self["memory"]).split(separator: "\n").compactMap { line -> (String, Int)? in
                let parts = line.split { $0 == ":" || $0 == " " }
                return parts.count > 1 ? Int(parts[1]).map { (String(parts[0]), $0 / 1024) } : nil
            }, uniquingKeysWith: { first, _ in first })
        let processors = Self.count(self["cpus"])
        var facts: ValueMap = ["processor_vcpus": .int(processors), "processor_nproc": .int(processors)]
        let names: [(Value, String)] = [
            ("memtotal_mb", "MemTotal"), ("memfree_mb", "MemFree"), ("swaptotal_mb", "SwapTotal"),
            ("swapfree_mb", "SwapFree"),
        ]
        for (name, key) in names { facts[name] = memory[key].map { .int($0) } }
        if let uptime = Double(self["uptime"].prefix { $0 != " " }) { facts["uptime_seconds"] = .int(Int(uptime)) }
        return facts
    }

    /// How many numbers a kernel list such as `0-3,8` has.
    private static func count(_ list: String) -> Int {
        let count = list.split(separator: ",").reduce(0) { sum, range in
            let ends = range.split(separator: "-").compactMap { Int($0) }
            return sum + (ends.count == 2 ? ends[1] - ends[0] + 1 : ends.count)
        }
        return max(1, count)
    }

    /// From `uid=0(root) gid=0(root) groups=0(root)`.
    private var account: ValueMap {
        var facts: ValueMap = ["user_dir": .string(self["home"]), "user_shell": .string(self["shell"])]
        for part in self["identity"].split(separator: " ") {
            guard let match = part.wholeMatch(of: /(uid|gid)=(\d+)(?:\((.*)\))?/), let number = Int(match.output.2)
            else {
                continue
            }
            facts[.string("user_\(match.output.1)")] = .int(number)
            if match.output.1 == "uid" { facts["user_id"] = .string(match.output.3.map(String.init) ?? "\(number)") }
        }
        return facts
    }

    private var time: ValueMap {
        let parts = self["date"].split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 6, let epoch = Int(parts[0]) else { return [:] }
        let (date, clock) = (parts[1].prefix(10), parts[1].suffix(8))
        let days = date.split(separator: "-")
        let hours = clock.split(separator: ":")
        guard days.count == 3, hours.count == 3 else { return [:] }
        var facts: ValueMap = [
            "epoch": .string(parts[0]), "epoch_int": .string(parts[0]), "date": .string(String(date)),
            "time": .string(String(clock)), "iso8601": .string(Self.universal(epoch)), "tz": .string(parts[2]),
            "tz_offset": .string(parts[3]), "weekday": .string(parts[4]),
            "iso8601_basic_short": .string("\(days.joined())T\(hours.joined())"),
        ]
        for (name, text) in zip(["year", "month", "day", "hour", "minute", "second"], days + hours) {
            facts[.string(name)] = .string(String(text))
        }
        return ["date_time": .map(facts)]
    }

    /// Seconds since 1970 as `2026-07-01T12:00:00Z`, by the civil calendar's rule for days (Hinnant's algorithm).
    static func universal(_ epoch: Int) -> String {
        let (days, seconds) = (epoch / 86_400 + 719_468, epoch % 86_400)
        let era = days / 146_097
        let dayOfEra = days % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let two = { (number: Int) in number < 10 ? "0\(number)" : "\(number)" }
        let date = "\(year)-\(two(month))-\(two(dayOfYear - (153 * shifted + 2) / 5 + 1))"
        return "\(date)T\(two(seconds / 3600)):\(two(seconds / 60 % 60)):\(two(seconds % 60))Z"
    }
}
