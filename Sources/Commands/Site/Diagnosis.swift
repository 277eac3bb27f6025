import Playbooks
import YAML

/// What `doctor` found, in the order of the hosts, and on each from symptom to cause.
struct Diagnosis {
    enum Level: String, Comparable {
        case ok, info, warn, bad

        static func < (left: Level, right: Level) -> Bool { order(left) < order(right) }
        private static func order(_ level: Level) -> Int { [.ok, .info, .warn, .bad].firstIndex(of: level) ?? 0 }
    }

    struct Finding {
        var host: String
        var level: Level
        var area: String
        var what: String
        var evidence: String
        /// The command or the advice that mends it; empty when there is none.
        var remedy: String
        /// Nothing was found: the host could not be asked.
        var isSilence = false
    }

    private(set) var findings: [Finding] = []

    /// - Parameter rows: lines of the host's script: level, area, what, evidence and remedy, with tabs between.
    init(_ rows: [ResultCollector.Row], recap: Recap) {
        for host in recap.hosts {
            if let reason = host.unreachable {
                findings.append(
                    Finding(
                        host: host.host, level: .bad, area: "host", what: "the host can't be reached", evidence: reason,
                        remedy: "intchainctl ping \(host.host)", isSilence: true))
            }
            findings += rows.filter { $0.host == host.host }.compactMap(Self.finding)
        }
    }

    private static func finding(_ row: ResultCollector.Row) -> Finding? {
        let parts = row.value.string?.split(separator: "\t", omittingEmptySubsequences: false).map(String.init) ?? []
        guard parts.count == 5, let level = Level(rawValue: parts[0]) else { return nil }
        return Finding(
            host: row.host, level: level, area: parts[1], what: parts[2], evidence: parts[3], remedy: parts[4])
    }

    var worst: Level { findings.map(\.level).max() ?? .ok }

    /// Something bad was found, beside hosts that could not be asked.
    var isBad: Bool { findings.contains { $0.level == .bad && !$0.isSilence } }

    var value: Value {
        .list(
            findings.map {
                [
                    "host": .string($0.host), "level": .string($0.level.rawValue), "area": .string($0.area),
                    "finding": .string($0.what), "evidence": .string($0.evidence), "remedy": .string($0.remedy),
                ]
            })
    }

    /// - Parameter verbose: also what is right, and facts where nothing is wrong.
    func lines(style: Style, verbose: Bool) -> [String] {
        var lines: [String] = []
        var host = ""
        for finding in findings where verbose || matters(finding) {
            if finding.host != host {
                host = finding.host
                lines.append(style(host, .bold))
            }
            lines.append("  \(label(finding.level, style)) \(finding.area): \(finding.what)")
            if !finding.evidence.isEmpty { lines.append("         " + style(finding.evidence, .grey)) }
            if !finding.remedy.isEmpty { lines.append("       → \(finding.remedy)") }
        }
        return lines
    }

    /// Facts are told where something is bad: then they may be its cause.
    private func matters(_ finding: Finding) -> Bool {
        finding.level >= .warn
            || finding.level == .info
                && findings.contains { $0.host == finding.host && $0.area == finding.area && $0.level == .bad }
    }

    func summary(style: Style) -> String {
        let bad = findings.count { $0.level == .bad }
        let warnings = findings.count { $0.level == .warn }
        guard bad + warnings > 0 else {
            return style("nothing is wrong: \(findings.count) things were looked at", .green)
        }
        return style("\(bad) bad, \(warnings) to watch, of \(findings.count) findings", bad > 0 ? .red : .yellow)
    }

    private func label(_ level: Level, _ style: Style) -> String {
        switch level {
        case .bad: style("bad ", .red)
        case .warn: style("warn", .yellow)
        case .ok: style("ok  ", .green)
        case .info: style("info", .grey)
        }
    }
}
