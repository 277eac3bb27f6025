import Foundation

/// Our tool, dead in the middle of what it does.
enum KilledTool {
    /// When it is killed, by the journal that it writes.
    enum Moment: Sendable {
        case line(Int)
        /// So long after a line that has this text.
        case after(String, by: Duration)

        /// The text that lines have, how many of them there are, and the seconds to wait then.
        fileprivate var words: [String] {
            switch self {
            case .line(let line): ["", "\(line)", "0"]
            case .after(let text, let delay): [text, "1", "\(delay / .seconds(1))"]
            }
        }
    }

    /// - Returns: whether it was killed before its end.
    static func run(_ words: [String], at moment: Moment) async throws -> Bool {
        let state = try Scratch()
        let script = """
            text=$1 count=$2 delay=$3; shift 3
            "$@" >/dev/null 2>&1 & tool=$!
            while kill -0 $tool 2>/dev/null; do
            [ "$(cat "$XDG_STATE_HOME"/intchain/runs/*.jsonl 2>/dev/null | grep -cF -e "$text")" -lt "$count" ] ||
            { sleep "$delay"; kill -9 $tool; }
            sleep 0.005
            done
            wait $tool
            """
        let outcome = try await Program.run(
            ["sh", "-c", script, "sh"] + moment.words + [Tool.path] + words + ["-i", TestLab.inventory],
            environment: ["XDG_STATE_HOME": state.path])
        return outcome.code == 137
    }

    /// As from another machine: all that is known is on the app servers. The dead run's lock can be taken after a while.
    static func end(_ verb: String) async throws -> Outcome {
        let state = try Scratch()
        let start = ContinuousClock.now
        while true {
            let outcome = try await Tool.run(
                [verb, "-i", TestLab.inventory, "--take-over"], environment: ["XDG_STATE_HOME": state.path])
            guard outcome.code == 5, ContinuousClock.now - start < .seconds(90) else { return outcome }
            try await Task.sleep(for: .seconds(5))
        }
    }
}
