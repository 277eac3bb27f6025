package import Remote

/// A kernel parameter's present value, its words separated by one space; nil when there is no such parameter.
package struct SysctlProbe: Probe {
    /// `net.ipv4.ip_forward`.
    package var name: String

    package init(_ name: String) {
        self.name = name
    }

    /// As sysctl(8): dots are slashes, and a slash stands for a dot in a name such as `net.ipv4.conf.eth0/1.forwarding`.
    var path: String { "/proc/sys/" + String(name.map { $0 == "." ? "/" : $0 == "/" ? "." : $0 }) }

    /// The kernel answers only a read from the start: a shell that reads byte by byte gets nothing, `cat` all.
    package static func shell(for probes: [SysctlProbe]) -> Shell {
        .lines(
            [
                """
                value() {
                if [ ! -e "$1" ]; then printf 'n\\0'; return; fi
                printf y
                if [ -r "$1" ]; then cat "$1"; fi
                printf '\\0'
                }
                """
            ] + probes.map { "value \($0.path)" })
    }

    package static func parse(_ reply: Reply, for probes: [SysctlProbe]) throws -> [String?] {
        var fields = NULFields(reply.stdout)
        let values = probes.compactMap { _ in fields.text() }
        guard reply.succeeded, values.count == probes.count, fields.isAtEnd else {
            throw ModuleFailure("reading kernel parameters failed", reply)
        }
        return values.map { $0 == "n" ? nil : normalized(String($0.dropFirst())) }
    }

    static func normalized(_ value: String) -> String {
        value.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
