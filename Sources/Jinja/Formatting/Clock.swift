import Glibc

/// Dates as text.
enum Clock {
    /// Seconds since 1970.
    static var now: Double {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// C's `strftime`.
    static func text(_ format: String, at seconds: Double, isUTC: Bool) throws -> String {
        guard seconds.magnitude < 1e12 else { throw Fault("the time is out of range") }
        if format.isEmpty { return "" }
        var time = time_t(seconds.rounded(.down))
        var parts = tm()
        if isUTC { gmtime_r(&time, &parts) } else { localtime_r(&time, &parts) }
        let micro = String(Int(((seconds - seconds.rounded(.down)) * 1e6).rounded(.down)))
        let padded = String(repeating: "0", count: max(0, 6 - micro.count)) + micro
        var buffer = [CChar](repeating: 0, count: 1024 + 8 * format.utf8.count)
        let length = strftime(&buffer, buffer.count, format.pythonReplace("%f", with: padded), &parts)
        return String(decoding: buffer.prefix(length).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
