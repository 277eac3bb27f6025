import ArgumentParser
import Playbooks
import YAML

/// What becomes of a rollout when an app server can't be reached.
struct LostHostFlags: ParsableArguments {
    @Flag(
        name: .customLong("skip-unreachable"),
        help: "Go on without servers that can't be reached: they are taken out of Nginx, and are behind.")
    var skipUnreachable = false

    @Flag(
        name: .customLong("in-place"),
        help:
            "With --skip-unreachable: restart the only server left in its place in Nginx. Its clients get errors meanwhile."
    )
    var inPlace = false

    func validate() throws {
        guard !inPlace || skipUnreachable else {
            throw ValidationError(
                "--in-place is for the only server left when others can't be reached: add --skip-unreachable")
        }
    }

    /// What the playbooks are told.
    var variables: [String: Value] { inPlace ? ["rollout_in_place": true] : [:] }
}
