package import Remote

/// Something to look at on a host: a file's state, a package's version, a unit's state …
///
/// Probes of one type are made together: a hundred file probes are one `stat` and one `sha256sum`, not a hundred
/// processes. Equal probes of different tasks are made once. A new kind of probe is one file.
package protocol Probe: Hashable, Sendable {
    associatedtype Finding: Sendable

    /// Read-only `sh` text that looks at all of them at once.
    static func shell(for probes: [Self]) -> Shell

    /// Files that the text finds in `$in1`, `$in2` …: what must not stand in the text itself (a password to try).
    static func inputs(for probes: [Self]) -> [[UInt8]]

    /// What the text answered, one finding a probe, in their order.
    /// - Throws: `ModuleFailure` when the answer is not what the text should print.
    static func parse(_ reply: Reply, for probes: [Self]) throws -> [Finding]
}

extension Probe {
    package static func inputs(for probes: [Self]) -> [[UInt8]] { [] }
}

/// What was seen on one host, by probe.
package struct Findings: Sendable {
    private var found: [ProbeKey: any Sendable] = [:]

    package init() {}

    /// The finding of a probe.
    /// - Throws: `ModuleFailure` when the probe was never made: a module must list it in its `probes`.
    package func callAsFunction<P: Probe>(_ probe: P) throws -> P.Finding {
        guard let finding = found[ProbeKey(probe)] as? P.Finding else {
            throw ModuleFailure("the probe \(probe) was not made")
        }
        return finding
    }

    package func has(_ probe: any Probe) -> Bool { found[ProbeKey(probe)] != nil }

    package mutating func add<P: Probe>(_ probe: P, _ finding: P.Finding) {
        found[ProbeKey(probe)] = finding
    }

    /// Takes over what others have found, which is newer.
    package mutating func merge(_ others: Findings) {
        found.merge(others.found) { _, new in new }
    }
}

/// Probes grouped by type, each group one fragment of a single round trip.
package struct Inspection: Sendable {
    private var groups: [any ProbeGroup] = []
    private var seen: Set<ProbeKey> = []

    package init(_ probes: some Sequence<any Probe> = []) {
        for probe in probes { add(probe) }
    }

    package var isEmpty: Bool { groups.isEmpty }

    package mutating func add(_ probe: any Probe) {
        guard seen.insert(ProbeKey(probe)).inserted else { return }
        for index in groups.indices where groups[index].take(probe) { return }
        groups.append(Self.group(probe))
    }

    /// The fragments to run, one a group.
    package var fragments: [Fragment] { groups.map { .reads($0.shell, inputs: $0.inputs) } }

    /// Reads the replies of `fragments` into findings.
    package func read(_ replies: [Reply], into findings: inout Findings) throws {
        guard replies.count == groups.count else {
            throw ModuleFailure("\(groups.count) inspections were sent, \(replies.count) came back")
        }
        for (group, reply) in zip(groups, replies) { try group.read(reply, into: &findings) }
    }

    /// The same for a look ahead: what can't be read is left out.
    package func readWhatIsReadable(_ replies: [Reply], into findings: inout Findings) {
        for (group, reply) in zip(groups, replies) { try? group.read(reply, into: &findings) }
    }

    private static func group<P: Probe>(_ probe: P) -> any ProbeGroup { TypedGroup<P>(probes: [probe]) }
}

/// A probe as a dictionary key.
struct ProbeKey: Hashable, Sendable {
    let probe: any Probe

    init(_ probe: any Probe) { self.probe = probe }

    static func == (left: ProbeKey, right: ProbeKey) -> Bool { equal(left.probe, right.probe) }

    private static func equal<P: Probe>(_ left: P, _ right: any Probe) -> Bool { left == right as? P }

    func hash(into hasher: inout Hasher) { probe.hash(into: &hasher) }
}

private protocol ProbeGroup: Sendable {
    var shell: Shell { get }
    var inputs: [[UInt8]] { get }
    mutating func take(_ probe: any Probe) -> Bool
    func read(_ reply: Reply, into findings: inout Findings) throws
}

private struct TypedGroup<P: Probe>: ProbeGroup {
    var probes: [P]

    var shell: Shell { P.shell(for: probes) }
    var inputs: [[UInt8]] { P.inputs(for: probes) }

    mutating func take(_ probe: any Probe) -> Bool {
        guard let probe = probe as? P else { return false }
        probes.append(probe)
        return true
    }

    func read(_ reply: Reply, into findings: inout Findings) throws {
        let found = try P.parse(reply, for: probes)
        for (probe, finding) in zip(probes, found) { findings.add(probe, finding) }
    }
}
