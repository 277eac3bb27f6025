import Foundation
import Modules
import Subprocess
import SystemPackage
import Testing

@testable import Commands

@Suite struct UnifiedDiffTests {
    @Test func saysNothingOfEqualTexts() {
        #expect(UnifiedDiff(TextDiff(name: "f", before: "a\n", after: "a\n")).lines.isEmpty)
    }

    @Test func showsANewFileAgainstNothing() {
        let lines = UnifiedDiff(TextDiff(name: "f", before: nil, after: "a\nb\n")).lines
        #expect(lines == ["--- /dev/null", "+++ f", "@@ -0,0 +1,2 @@", "+a", "+b"])
    }

    @Test func keepsThreeLinesOfContextAndSplitsDistantHunks() {
        let before = (1...30).map { "line \($0)" }
        var after = before
        after[4] = "changed 5"
        after.remove(at: 24)
        let diff = UnifiedDiff(
            TextDiff(
                name: "f", before: before.joined(separator: "\n") + "\n", after: after.joined(separator: "\n") + "\n"))
        #expect(diff.lines.filter { $0.hasPrefix("@@") } == ["@@ -2,7 +2,7 @@", "@@ -22,7 +22,6 @@"])
        #expect(
            diff.lines.filter { $0.hasPrefix("-") || $0.hasPrefix("+") }.dropFirst(2) == [
                "-line 5", "+changed 5", "-line 25",
            ])
    }

    /// Without the two lines of names.
    private static func hunks(of printed: String) -> Substring {
        printed.range(of: "@@").map { printed[$0.lowerBound...] } ?? ""
    }

    /// The system's `diff -u` is the oracle for the hunks.
    @Test(arguments: [
        ("a\nb\nc\n", "a\nc\n"), ("", "x\n"), ("a\n", "b\n"),
        ("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\n5\n6\n7\n8\nnine\n"),
        ("x", "x\n"), ("x\n", "x"), ("a\nx", "b\nx"), ("x", "y"), ("\n", ""), ("a\nb", "a\nb\nc"),
        ("a\r\nb\r\nc\r\n", "a\r\nB\r\nc\r\n"), ("a\r\n", "a\n"), ("e\u{301}\n", "\u{e9}\n"),
    ])
    func agreesWithTheSystemsDiff(before: String, after: String) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "diff-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let old = folder.appending(path: "old")
        let new = folder.appending(path: "new")
        try Data(before.utf8).write(to: old)
        try Data(after.utf8).write(to: new)
        let result = try await Subprocess.run(
            .path("/usr/bin/diff"), arguments: ["-u", old.path, new.path], output: .string(limit: 65_536))
        let printed = result.standardOutput
        let ours = UnifiedDiff(TextDiff(name: "f", before: before, after: after)).lines.dropFirst(2)
        #expect(ours.map { $0 + "\n" }.joined().utf8.elementsEqual(Self.hunks(of: printed).utf8), "\(ours)\n\(printed)")
    }
}
