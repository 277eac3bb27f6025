import YAML

extension Filter {
    /// Filters about dates.
    static let dateFilters: [String: Filter] = [
        "strftime": .text(["second", "utc"]) { format, arguments in
            let seconds = try arguments.value("second")
            guard let time = try seconds.map(number) ?? Clock.now else {
                throw Fault("filter 'strftime' needs seconds since 1970, not \(seconds?.kind ?? "nothing")")
            }
            return .string(try Clock.text(format, at: time, isUTC: arguments.flag("utc")))
        }
    ]

    private static func number(_ value: Value) throws -> Double? { value.number ?? value.string.flatMap(pythonFloat) }
}
