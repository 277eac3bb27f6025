import Diagnostics
import Dispatch
import Foundation
import Synchronization
import Testing
import YAML

@testable import Commands
@testable import Playbooks

/// Output that nobody reads for a while, as in a pager: a run's heartbeat must go on.
@Suite(.timeLimit(.minutes(10))) struct UnreadOutputTests {
    enum View: CaseIterable { case plain, jsonLines, live, command }

    @Test(arguments: View.allCases) func holdsUpOnlyWhoWritesIt(_ kind: View) async throws {
        let pipe = Pipe()
        let view = view(kind, writingTo: pipe.fileHandleForWriting.fileDescriptor)
        let reader = LateReader(pipe, patience: .seconds(120))
        let label = TaskLabel(
            id: 1, name: "Look", place: Place(file: "site.yml", line: 1, column: 1), isHandler: false)
        // More than there are threads, and each more than a pipe holds.
        let writers = (0..<16).map { number in
            Task {
                var report = TaskReport(host: "host\(number)", task: label, status: .changed)
                report.message = String(repeating: "x", count: 200_000)
                report.result = ["stdout": .string(report.message ?? "")]
                await view.observe(.taskFinished(report))
            }
        }
        try await Task.sleep(for: .milliseconds(300))
        await Task.detached {}.value
        #expect(!reader.isReading)
        reader.begin()
        for writer in writers { await writer.value }
        try pipe.fileHandleForWriting.close()
    }

    private func view(_ kind: View, writingTo descriptor: Int32) -> any RunObserver {
        let console = Console(
            ProcessStreams(output: descriptor, error: descriptor), outputIsTerminal: false, errorIsTerminal: true,
            environment: ["NO_COLOR": "1"])
        let lines = RunLines(style: Style(isColoured: false), verbosity: 1, showsDiffs: false)
        return switch kind {
        case .plain: PlainView(console: console, lines: lines, hostWidth: 6)
        case .jsonLines: JSONLinesView(console: console)
        case .live: LiveView(console: console, lines: lines, hostWidth: 6)
        case .command: CommandOutput(console: console, isSole: true)
        }
    }
}

/// Reads a pipe when it is told to, and at the latest when its patience is at an end: so a failure ends too.
private final class LateReader: Sendable {
    /// It reads on a thread of its own, since what is tested may keep all threads of the pool; there nothing can be awaited.
    private let gate = DispatchSemaphore(value: 0)
    private let reading = Mutex(false)

    init(_ pipe: Pipe, patience: DispatchTimeInterval) {
        DispatchQueue(label: "late reader").async { [self] in
            _ = gate.wait(timeout: .now() + patience)
            reading.withLock { $0 = true }
            _ = try? pipe.fileHandleForReading.readToEnd()
        }
    }

    var isReading: Bool { reading.withLock(\.self) }
    func begin() { gate.signal() }
}
