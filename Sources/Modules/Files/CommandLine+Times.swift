import Foundation
import OrderedCollections
import Remote
import YAML

extension CommandLine {
    /// `start`, `end` and `delta` as Ansible writes them: by the operator's clock and in the operator's time zone, with
    /// the way to the host and back, since asking the host would cost a process.
    static func times(_ times: ReplyTimes) -> ValueMap {
        [
            "start": .string(moment(times.sent)), "end": .string(moment(times.answered)),
            "delta": .string(span(max(0, times.answered - times.sent))),
        ]
    }

    /// `2026-01-01 10:00:00.123456`
    private static func moment(_ seconds: Double) -> String {
        var time = time_t(seconds.rounded(.down))
        var parts = tm()
        localtime_r(&time, &parts)
        let day = "\(Int(parts.tm_year) + 1900)-\(padded(Int(parts.tm_mon) + 1))-\(padded(Int(parts.tm_mday)))"
        return "\(day) \(padded(Int(parts.tm_hour))):\(clock(parts.tm_min, parts.tm_sec, seconds))"
    }

    /// `0:00:00.004153`, with days in front where it takes that long.
    private static func span(_ seconds: Double) -> String {
        let whole = Int(seconds.rounded(.down))
        let days = whole / 86_400
        let front = days == 0 ? "" : days == 1 ? "1 day, " : "\(days) days, "
        return "\(front)\(whole / 3600 % 24):\(clock(Int32(whole / 60 % 60), Int32(whole % 60), seconds))"
    }

    private static func clock(_ minutes: Int32, _ seconds: Int32, _ exact: Double) -> String {
        let micros = Int(((exact - exact.rounded(.down)) * 1e6).rounded(.down))
        return "\(padded(Int(minutes))):\(padded(Int(seconds))).\(padded(micros, to: 6))"
    }

    private static func padded(_ number: Int, to width: Int = 2) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
