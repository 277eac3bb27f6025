import Lab

/// A lab's hosts as a table for people.
struct LabTable {
    let report: LabReport

    private static let titles = ["HOST", "GROUP", "ADDRESS", "STATE", "MEMORY", "UP FOR"]

    var text: String {
        let rows = [Self.titles] + report.hosts.map(Self.row)
        let widths = Self.titles.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let cells = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
            return String(cells.joined(separator: "  ").trimmingSuffix(while: { $0 == " " }))
        }.joined(separator: "\n")
    }

    private static func row(_ host: LabReport.Host) -> [String] {
        [
            host.name, host.group, host.address, host.state ?? "down",
            host.memoryUsedMB.map { "\($0) MB" } ?? "-", host.uptimeSeconds.map(age) ?? "-",
        ]
    }

    /// `42 s`, `3 min`, `5 h 12 min`.
    static func age(_ seconds: Int) -> String {
        switch seconds {
        case ..<60: "\(seconds) s"
        case ..<3600: "\(seconds / 60) min"
        default: "\(seconds / 3600) h \(seconds % 3600 / 60) min"
        }
    }

    static func nextSteps(for report: LabReport) -> String {
        let inventory = report.lab == "lab" ? "lab" : "lab:\(report.lab)"
        let option = report.lab == "lab" ? "" : " --name \(report.lab)"
        let first = report.hosts.first?.name ?? "lb1"
        return """

            Inventory: \(report.inventory)
            Next: intchainctl ping -i \(inventory) all
                  intchainctl lab ssh\(option) \(first)
            """
    }
}

extension String {
    fileprivate func trimmingSuffix(while condition: (Character) -> Bool) -> Substring {
        var end = endIndex
        while end > startIndex, condition(self[index(before: end)]) { end = index(before: end) }
        return self[..<end]
    }
}
