/// Who is primary, as a host remembers it: `epoch=1`, `primary=db1`. Written at the site's birth and by failovers.
package struct Epoch: Hashable, Sendable {
    package var number: Int
    package var primary: String
    /// When the last failover was that nobody had planned, which a planned move after it does not forget: seconds since
    /// 1970.
    package var failedOver: Int?

    package init(number: Int, primary: String, failedOver: Int? = nil) {
        self.number = number
        self.primary = primary
        self.failedOver = failedOver
    }

    /// - Returns: nil for text without both lines.
    package init?(parsing text: String) {
        var values: [Substring: Substring] = [:]
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: "=", maxSplits: 1)
            if parts.count == 2 { values[parts[0]] = parts[1] }
        }
        guard let number = values["epoch"].flatMap({ Int($0) }), let primary = values["primary"] else { return nil }
        self.init(number: number, primary: String(primary), failedOver: values["failed_over"].flatMap { Int($0) })
    }

    /// The argument `epoch_file`.
    package static func file(_ arguments: Arguments) throws -> String {
        let path = try arguments.string("epoch_file") ?? "/var/lib/intchain/mysql-epoch"
        guard path.hasPrefix("/") else { throw arguments.problem("epoch_file", "is not absolute") }
        return path
    }

    package var text: String {
        "epoch=\(number)\nprimary=\(primary)\n" + (failedOver.map { "failed_over=\($0)\n" } ?? "")
    }
}
