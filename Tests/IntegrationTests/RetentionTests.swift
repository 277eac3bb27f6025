import Foundation
import Testing

/// Which backup sets may go: the program that decides it on hosts, run here on tables of sets.
@Suite struct RetentionTests {
    /// Oldest last; those with a star were verified, those with an exclamation mark are damaged.
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var sets: [String]
        var removed: [String]
    }

    private static let cases = [
        Case(testDescription: "nothing goes while nothing is verified", sets: days(11, 30, 60), removed: []),
        Case(
            testDescription: "nothing goes before two newer sets are verified",
            sets: ["20261130*"] + days(11, 29, 60), removed: []),
        Case(
            testDescription: "seven days, four weeks and three months stay",
            sets: ["20261130*", "20261129*"] + days(11, 28, 65),
            removed: Set(days(11, 28, 65)).subtracting([
                // Days; then the Sundays of the weeks before; then the ends of the months before.
                "20261128", "20261127", "20261126", "20261125", "20261124", "20261122", "20261115", "20261031",
                "20260930",
            ]).sorted()),
        Case(
            testDescription: "a verified set stands for its week before a newer one that was not verified",
            sets: ["20261130*", "20261129*"] + days(11, 28, 6) + ["20261122", "20261120*", "20261119"],
            removed: ["20261119", "20261122", "20261123"]),
        Case(
            testDescription: "a damaged set stands for nothing while there is another of its week",
            sets: ["20261130*", "20261129*"] + days(11, 28, 6) + ["20261122!", "20261121", "20261120"],
            removed: ["20261120", "20261122", "20261123"]),
        Case(
            testDescription: "of several sets of a day the newest stays",
            sets: ["20261130_040000*", "20261130_030000*", "20261130_020000"], removed: ["20261130_020000"]),
        Case(
            testDescription: "a job that stood still for months removes nothing", sets: ["20250102*", "20250101*"],
            removed: []),
    ]

    @Test(arguments: cases) func keepsWhatMayBeNeeded(_ example: Case) async throws {
        let lines = example.sets.map { set in
            "\(Self.name(set.trimmingCharacters(in: ["*", "!"]))) \(set.hasSuffix("*") ? 1 : set.hasSuffix("!") ? -1 : 0)"
        }
        // In whatever order they come.
        for order in [lines, lines.reversed()] {
            #expect(try await Self.removed(order) == example.removed.map(Self.name).sorted())
        }
    }

    private static func removed(_ lines: [String]) async throws -> [String] {
        let folder = try Scratch()
        let file = try folder.write("sets", lines.joined(separator: "\n") + "\n")
        let outcome = try await Program.run([
            "awk", "-v", "daily=7", "-v", "weekly=4", "-v", "monthly=3", "-v", "verified=2", "-f",
            Project.path("templates/backup/retention.awk"), file,
        ])
        #expect(outcome.code == 0, "\(outcome.text)")
        let answers = outcome.output.split(whereSeparator: \.isNewline).map { $0.split(separator: " ") }
        #expect(answers.count == lines.count)
        return answers.filter { $0[1] == "remove" }.map { String($0[0]) }.sorted()
    }

    private static func name(_ stamp: String) -> String {
        "full_backup_\(stamp.contains("_") ? stamp : stamp + "_020000").sql.gz"
    }

    /// So many days backwards from one in 2026, a set each.
    private static func days(_ month: Int, _ day: Int, _ count: Int) -> [String] {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        guard let last = calendar.date(from: DateComponents(year: 2026, month: month, day: day)) else { return [] }
        return (0..<count).compactMap { back in
            guard let date = calendar.date(byAdding: .day, value: -back, to: last) else { return nil }
            let parts = calendar.dateComponents([.year, .month, .day], from: date)
            guard let year = parts.year, let month = parts.month, let day = parts.day else { return nil }
            return "\(year)\(month < 10 ? "0" : "")\(month)\(day < 10 ? "0" : "")\(day)"
        }
    }
}
