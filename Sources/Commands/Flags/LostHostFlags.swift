import ArgumentParser

/// What becomes of a rollout when an app server can't be reached.
struct LostHostFlags: ParsableArguments {
    @Flag(
        name: .customLong("skip-unreachable"),
        help: "Go on without servers that can't be reached: they are taken out of Nginx, and are behind.")
    var skipUnreachable = false
}
