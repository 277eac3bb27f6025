import Playbooks

/// What an interrupted run has left, hosts with the same together.
struct UnfinishedLines {
    private let groups: [[Unfinished]]
    private let style: Style
    private let isWhole: Bool

    /// How many tasks are named where nobody asked for all.
    private static let shown = 8

    /// - Parameter isWhole: every task is named.
    init(_ hosts: [Unfinished], style: Style, isWhole: Bool) {
        self.style = style
        self.isWhole = isWhole
        groups = hosts.reduce(into: []) { groups, host in
            if let index = groups.firstIndex(where: { $0[0].isLike(host) }) {
                groups[index].append(host)
            } else {
                groups.append([host])
            }
        }
    }

    var lines: [String] { groups.flatMap(lines) }

    private func lines(_ group: [Unfinished]) -> [String] {
        let first = group[0]
        let names = group.map(\.host).joined(separator: ", ")
        var lines = [
            "",
            style(names, .bold)
                + "  \(first.done) task\(first.done == 1 ? "" : "s") done, \(first.left.count) not begun",
        ]
        if let task = first.cutOff {
            let fate = first.goesOn == nil ? "was cut off" : "was given up here; the host finishes it by itself"
            lines.append("    '\(task.name)' \(fate)  \(style("at \(task.place)", .grey))")
        }
        let shown = isWhole ? first.left[...] : first.left.prefix(Self.shown)
        lines += shown.map { "    not begun: \($0.name)  \(style("at \($0.place)", .grey))" }
        if shown.count < first.left.count {
            lines.append("    and \(first.left.count - shown.count) more; -v names them")
        }
        return lines
    }
}

extension Unfinished {
    fileprivate func isLike(_ other: Unfinished) -> Bool {
        done == other.done && cutOff == other.cutOff && (goesOn == nil) == (other.goesOn == nil) && left == other.left
    }
}
