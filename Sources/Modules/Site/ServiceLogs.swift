import Remote

/// The services' log files of a host, for what failed to say why.
struct ServiceLogs: Hashable, Sendable {
    /// Where `NAME.log` of each service and `error.log` are.
    var directory: String
    var lines: Int

    /// Logs that are shown: enough to see why, short enough for a terminal.
    private static let count = 2

    /// The last lines of the first services' logs and of the errors', each file under its name; none that can't be read.
    func tail(of names: [String], on host: any ActionHost) async -> [String] {
        let files = (names.prefix(Self.count) + ["error"]).map { "\(directory)/\($0).log" }
        let shells = files.map { file -> Shell in
            "[ ! -s \(file) ] || { echo \("the end of \(file):"); tail -n \(lines) -- \(file) | cut -c1-400 | sed 's/^/  /'; }"
        }
        let reply = try? await host.run([.reads(.lines(shells), timeout: .seconds(10))]).first
        return reply?.output.split(separator: "\n").map(String.init) ?? []
    }
}
