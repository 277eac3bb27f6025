package import Remote

/// What the task's account may do with a path, links followed; the shell's own tests tell, which cost no process.
package struct AccessProbe: Probe {
    package var path: String

    package init(_ path: String) {
        self.path = path
    }

    package struct Access: Hashable, Sendable {
        package var reads: Bool
        package var writes: Bool
        package var executes: Bool

        package init(reads: Bool, writes: Bool, executes: Bool) {
            self.reads = reads
            self.writes = writes
            self.executes = executes
        }
    }

    package static func shell(for probes: [AccessProbe]) -> Shell {
        .lines(
            [
                """
                may() {
                for test in r w x; do if [ "-$test" "$1" ]; then printf y; else printf n; fi; done
                }
                """
            ] + probes.map { "may \($0.path)" })
    }

    package static func parse(_ reply: Reply, for probes: [AccessProbe]) throws -> [Access] {
        guard reply.succeeded, reply.stdout.count == 3 * probes.count else {
            throw ModuleFailure("looking at permissions failed", reply)
        }
        return probes.indices.map { index in
            let answers = reply.stdout[(3 * index)..<(3 * index + 3)].map { $0 == UInt8(ascii: "y") }
            return Access(reads: answers[0], writes: answers[1], executes: answers[2])
        }
    }
}
