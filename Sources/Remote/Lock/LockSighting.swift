/// A site's lock as it was seen on a host.
package struct LockSighting: Hashable, Sendable {
    package var record: LockRecord?
    /// Seconds since the holder's last heartbeat, by the host's clock.
    package var age: Int?
    /// The token of whoever took it last, also after it was given back: it changes with every run that changed the host.
    package var last: String?

    package init(record: LockRecord? = nil, age: Int? = nil, last: String? = nil) {
        self.record = record
        self.age = age
        self.last = last
    }

    /// Reads what `LockFile.look` printed, wherever it stands in an answer.
    package init(parsing bytes: [UInt8]) {
        let fields = bytes.split(separator: 0, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        guard let start = fields.lastIndex(of: LockFile.mark), fields.count > start + 3 else { return }
        record = LockRecord(parsing: fields[start + 1])
        age = record == nil ? nil : Int(fields[start + 2])
        last = fields[start + 3].isEmpty ? nil : fields[start + 3]
    }
}

/// What the lock said to a change that may not be made.
package struct LockVerdict: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable {
        /// Somebody else has it.
        case held
        /// It was ours and is not any more.
        case lost
        /// It is ours now, but another run had it after we last looked at the host.
        case stale
        /// The file could not be written.
        case broken
    }

    package var kind: Kind
    package var sighting: LockSighting

    package init(_ kind: Kind, _ sighting: LockSighting = LockSighting()) {
        self.kind = kind
        self.sighting = sighting
    }

    /// Reads the reply of a fragment behind a lock's text.
    /// - Returns: nil for a reply that is the fragment's own.
    package init?(_ reply: Reply) {
        guard reply.status == LockFile.refusal, reply.errors.hasPrefix(LockFile.mark) else { return nil }
        let lines = reply.errors.split(separator: "\n", maxSplits: 1)
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count > 2, let kind = Kind(rawValue: String(words[1])) else { return nil }
        self.kind = kind
        sighting = LockSighting(
            record: lines.count > 1 ? LockRecord(parsing: String(lines[1])) : nil, age: Int(words[2]))
    }
}
