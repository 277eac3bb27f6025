/// A crontab as lines, in which a job is the line under its marker `#Ansible: name`.
struct CronTable: Equatable, Sendable {
    private(set) var lines: [String]

    init(_ text: String) {
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0).withoutNewline }
        while lines.last?.isEmpty == true { lines.removeLast() }
    }

    var text: String { lines.isEmpty ? "" : lines.joined(separator: "\n") + "\n" }

    /// Makes the named job this line.
    mutating func set(_ name: String, to job: String) {
        let marker = Self.marker(name)
        if let index = jobs(name).first {
            if lines[index] != job { lines[index] = job }
        } else if let index = lines.firstIndex(of: job) {
            // The same job without a marker is adopted.
            if index > 0, lines[index - 1] == Self.marker("None") {
                lines[index - 1] = marker
            } else if index == 0 || !lines[index - 1].hasPrefix(Self.prefix) {
                lines.insert(marker, at: index)
            }
        } else {
            lines += [marker, job]
        }
    }

    mutating func remove(_ name: String) {
        for index in jobs(name).reversed() { lines.removeSubrange((index - 1)...index) }
    }

    enum Neighbour: Hashable, Sendable {
        case top
        case after(String)
        case before(String)
    }

    /// Sets an environment variable; false when the variable beside which it should stand is missing.
    mutating func setVariable(_ name: String, to declaration: String, at place: Neighbour) -> Bool {
        if let index = variable(name) {
            if lines[index] != declaration { lines[index] = declaration }
            return true
        }
        switch place {
        case .top: lines.insert(declaration, at: 0)
        case .after(let other):
            guard let index = variable(other) else { return false }
            lines.insert(declaration, at: index + 1)
        case .before(let other):
            guard let index = variable(other) else { return false }
            lines.insert(declaration, at: index)
        }
        return true
    }

    mutating func removeVariable(_ name: String) {
        lines.removeAll { $0.hasPrefix(name + "=") }
    }

    private static let prefix = "#Ansible: "

    private static func marker(_ name: String) -> String { prefix + name }

    private func variable(_ name: String) -> Int? { lines.firstIndex { $0.hasPrefix(name + "=") } }

    /// The indices of the lines under the job's marker.
    private func jobs(_ name: String) -> [Int] {
        let marker = Self.marker(name)
        return lines.indices.dropFirst().filter { lines[$0 - 1] == marker }
    }
}
