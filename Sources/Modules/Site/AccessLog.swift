import Remote

/// Nginx's access log in the JSON of `templates/nginx/nginx.conf.j2`, read from a place on: what each of some servers
/// answered. It is counted on the balancer, so that a busy log need not travel.
struct AccessLog: Hashable, Sendable {
    let path: String
    /// `address:port` of the servers that are judged, and of those they are compared with.
    let servers: [String]
    let others: [String]

    /// Where reading goes on.
    struct Position: Hashable, Sendable {
        var inode: String
        var offset: Int
    }

    /// What was logged since a position.
    struct Reading: Hashable, Sendable {
        var servers = AnswerCounts()
        var others = AnswerCounts()
        var end: Position
    }

    /// Prints where the log ends.
    var end: Fragment { .reads("stat -c '%i %s' -- \(path)", timeout: .seconds(10)) }

    /// Prints where the log ends and what it has since a position; after a rotation, the rest of the old file too.
    func read(since position: Position) -> Fragment {
        .reads(
            """
            log=\(path)
            now=$(stat -c '%i %s' -- "$log") || exit 1
            printf '%s\\n' "$now"
            inode=${now% *}; size=${now#* }; from=\("\(position.offset)")
            count() {
            awk -v servers=\(servers.joined(separator: " ")) -v others=\(others.joined(separator: " ")) \(Self.program)
            }
            {
            if [ "$inode" != \(position.inode) ]; then
            [ "$(stat -c %i -- "$log.1" 2>/dev/null)" != \(position.inode) ] || tail -c "+$((from + 1))" -- "$log.1"
            from=0
            fi
            [ "$from" -le "$size" ] || from=0
            tail -c "+$((from + 1))" -- "$log" | head -c "$((size - from))"
            } | count
            """, timeout: .seconds(30))
    }

    /// Each attempt at a server counts, with its own status and time: also one that Nginx made good with another server.
    /// Of a client that went away there is no status.
    private static let program = """
        function field(name,  from, text) {
            from = index($0, "\\"" name "\\":\\"")
            if (!from) return ""
            text = substr($0, from + length(name) + 4)
            return substr(text, 1, index(text, "\\"") - 1)
        }
        BEGIN {
            count = split(servers, list, " "); for (i = 1; i <= count; i++) kind[list[i]] = "servers"
            count = split(others, list, " "); for (i = 1; i <= count; i++) kind[list[i]] = "others"
        }
        {
            count = split(field("upstream"), to, ", | : ")
            split(field("upstream_status"), status, ", | : "); split(field("upstream_time"), time, ", | : ")
            for (i = 1; i <= count; i++) if ((to[i] in kind) && status[i] ~ /^[0-9]+$/)
                seen[kind[to[i]] " " (status[i] >= 500 ? "failed" : "ok") " " int(time[i] * 1000 + 0.5)]++
        }
        END { for (key in seen) print key, seen[key] }
        """

    /// - Throws: `ModuleFailure`.
    static func position(_ reply: Reply) throws -> Position {
        let words = reply.output.split(whereSeparator: \.isWhitespace)
        guard reply.succeeded, words.count >= 2, let offset = Int(words[1]) else {
            throw ModuleFailure("read the access log", reply)
        }
        return Position(inode: String(words[0]), offset: offset)
    }

    /// - Throws: `ModuleFailure`.
    static func reading(_ reply: Reply) throws -> Reading {
        var reading = Reading(end: try position(reply))
        for line in reply.output.split(separator: "\n").dropFirst() {
            let words = line.split(separator: " ")
            guard words.count == 4, let time = Int(words[2]), let count = Int(words[3]) else { continue }
            if words[0] == "servers" {
                reading.servers.add(count, milliseconds: time, areFailures: words[1] == "failed")
            } else {
                reading.others.add(count, milliseconds: time, areFailures: words[1] == "failed")
            }
        }
        return reading
    }
}
