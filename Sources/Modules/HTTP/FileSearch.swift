import Remote

/// Looks for a regular expression in a file of a host, again and again.
struct FileSearch: Sendable {
    let path: String
    let pattern: String
    /// What `stat` said of the file when there was no match in it.
    private var seen = ""

    /// A longer file is not fetched.
    private static let limit = 16 << 20
    private static let tooLong: Int32 = 3

    init(_ pattern: String, in path: String) {
        self.pattern = pattern
        self.path = path
    }

    /// As Python reads it: `^` and `$` are at each line.
    static func regex(_ pattern: String) throws -> Regex<AnyRegexOutput> {
        try Regex(pattern).matchingSemantics(.unicodeScalar).asciiOnlyCharacterClasses().anchorsMatchLineEndings()
    }

    /// The groups of the first match, the whole match first; nil while there is none.
    /// - Throws: `ModuleFailure` for a file that is too long, `TransportError`.
    mutating func match(on host: any ActionHost) async throws -> [LineGroup]? {
        guard let reply = try await host.run([.reads(look)]).first else { return nil }
        if reply.status == Self.tooLong {
            throw ModuleFailure("\(path) is longer than \(Self.limit >> 20) MiB: wait with shell and until")
        }
        guard reply.succeeded, let end = reply.stdout.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        let text = String(decoding: reply.stdout[reply.stdout.index(after: end)...], as: UTF8.self)
        seen = String(decoding: reply.stdout[..<end], as: UTF8.self)
        return try Self.regex(pattern).firstMatch(in: text)?.output.map {
            LineGroup(name: $0.name, text: $0.substring.map(String.init))
        }
    }

    /// Small files are always read: the kernel's own change without their time telling.
    private var look: Shell {
        """
        now=$(stat -L -c '%s %d:%i %y %z' -- \(path)) || exit 1
        [ "${now%% *}" -le \(Self.limit) ] || exit \(Self.tooLong)
        [ "${now%% *}" -le 65536 ] || [ "$now" != \(seen) ] || exit 1
        printf '%s\\n' "$now"
        exec cat -- \(path)
        """
    }
}
