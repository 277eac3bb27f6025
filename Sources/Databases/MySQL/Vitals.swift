import Modules

/// What one observer says of a primary.
enum Vital: Hashable, Sendable {
    /// It answered, be it with an error: too many connections are no death.
    case alive(String)
    case dead(String)
    /// The observer itself could not be asked.
    case unknown(String)

    /// What a server's answer to a question over the network, or over its own socket, proves.
    init(_ answer: SQLAnswer) {
        switch answer {
        case .rows: self = .alive("answers")
        case .refused(let error) where Self.silences.contains(error.code): self = .dead("\(error)")
        case .refused(let error): self = .alive("answers: \(error)")
        }
    }

    /// The client's errors when nobody is there, or when nothing comes back; 0 when the client was ended by the clock.
    private static let silences = [0, 2002, 2003, 2005, 2006, 2013]
}

/// One look at a primary by everybody who can look.
struct VitalSigns: Hashable, Sendable {
    /// When it was begun, since the first look was.
    var begun: Duration = .zero
    /// From its own host, over SSH.
    var own: Vital
    /// SSH to its host works.
    var isReached: Bool
    var replicas: [String: Vital]
    /// Seconds since a replica heard it whose connection still stands; nil when none does.
    var silence: Double?
    /// Since when at the earliest a replica has heard nothing of it, where that is known.
    var heard: [String: ContinuousClock.Instant] = [:]
}

/// Whether a primary is dead, from several looks.
enum Death: Hashable, Sendable {
    /// - Parameters:
    ///   - kind: what it serves, which is what `failover` calls it.
    ///   - looks: in their order, the last one being the newest.
    ///   - patience: seconds that a replica must not have heard it.
    /// - Returns: nil while one more look has to decide.
    /// - Throws: `ModuleFailure` that says who has seen it alive.
    static func isCertain(
        of name: String, _ kind: FencedService, _ looks: [VitalSigns], rounds: Int = 3, patience: Double = 5
    ) throws -> Bool {
        guard let last = looks.last else { return false }
        if case .alive(let sign) = last.own {
            let cut = last.replicas.filter { $0.value.isDeath }.keys.sorted().joined(separator: " and ")
            let hint =
                cut.isEmpty ? "" : "; \(cut) can't reach it, so the network between them is what has to be mended"
            throw ModuleFailure(
                """
                \(name) is not dead: it \(sign)\(hint)
                to move the writes from a living primary: failover \(kind.noun) --planned
                """)
        }
        let witnesses = last.replicas.compactMap { replica, vital in
            if case .alive(let sign) = vital { (replica, sign) } else { nil }
        }
        if let (witness, sign) = witnesses.min(by: { $0.0 < $1.0 }) {
            throw ModuleFailure(
                "\(name) is not dead: it \(sign) when \(witness) asks; it is our own way to it that is cut, so nothing was done"
            )
        }
        guard last.replicas.values.contains(where: \.isDeath) else {
            throw ModuleFailure("no replica can be asked about \(name), so nobody knows that it is dead")
        }
        // Looks at a server that hangs take long: then two are as far apart as three that are refused at once.
        guard looks.count >= rounds || looks.count > 1 && last.begun >= .seconds(rounds - 1) else { return false }
        // What it said before its connections broke can still be on its way to the clock.
        return last.silence.map { $0 >= patience } ?? true
    }
}

extension Vital {
    var isDeath: Bool { if case .dead = self { true } else { false } }
}
