import Foundation
import Glibc
import Subprocess
import Testing

/// What signals do to the program itself; this machine stands for the host.
@Suite(.timeLimit(.minutes(3))) struct SignalTests {
    private static let inventory = "all:\n  hosts:\n    here: {ansible_connection: local}\n"

    /// Ctrl-C, what ends a service, and a terminal or connection that goes away.
    @Test(arguments: [Signal.interrupt, .terminate, .terminalClosed])
    func anySignalLetsTheStepEndAndGivesTheLockBack(signal: Signal) async throws {
        let folder = try Scratch()
        let path = folder.path
        try folder.write("inventory.yml", Self.inventory)
        try folder.write(
            "site.yml",
            """
            - hosts: here
              tasks:
                - name: Take time
                  ansible.builtin.shell: |
                    touch begun; while [ ! -e go ] && [ $((n += 1)) -lt 1200 ]; do sleep 0.05; done
                    cat /run/intchain-site.lock /tmp/intchain-$(id -u)/site.lock >held 2>/dev/null; touch ended
                  args: {chdir: \(path)}
                - name: Next
                  ansible.builtin.file: {path: \(path)/next, state: directory, mode: "0755"}
            """)
        let outcome = try await Tool.run(
            ["apply", "site.yml", "-i", "inventory.yml", "--lock-wait", "60s"], in: path
        ) { send in
            try await Self.until { FileManager.default.fileExists(atPath: "\(path)/begun") }
            try send(signal)
            // The signal is there before the step ends.
            try await Task.sleep(for: .milliseconds(300))
            _ = FileManager.default.createFile(atPath: "\(path)/go", contents: nil)
        }
        #expect(outcome.code == 130, "\(outcome.text)")
        #expect(outcome.errors.contains("interrupted: run it again"), "\(outcome.text)")
        #expect(FileManager.default.fileExists(atPath: "\(path)/ended"))
        #expect(!FileManager.default.fileExists(atPath: "\(path)/next"))
        let held = try String(contentsOfFile: "\(path)/held", encoding: .utf8).split(separator: "\n").first
        let now = try? String(contentsOfFile: "/run/intchain-site.lock", encoding: .utf8)
        #expect(held != nil)
        #expect(now?.hasPrefix(held ?? "") != true, "the site's lock was not given back")
    }

    /// Nobody reads what it says, so it can't go on; at the third signal it ends, and without one some seconds later.
    @Test(arguments: [3, 2]) func aProgramThatIsStuckEndsAllTheSame(signals: Int) async throws {
        // Eight seconds after the second one it ends in any case; a busy machine may be so late once, not every time.
        var rest = try await Self.interrupted(signals)
        for _ in 0..<3 where signals == 3 && rest > .seconds(6) { rest = try await Self.interrupted(signals) }
        if signals == 3 { #expect(rest < .seconds(6)) }
    }

    /// - Returns: how long the program went on after the last signal.
    private static func interrupted(_ signals: Int) async throws -> Duration {
        let folder = try Scratch()
        try folder.write("inventory.yml", inventory)
        try folder.write(
            "site.yml",
            """
            - hosts: here
              gather_facts: false
              tasks:
                - debug: { msg: "{{ 'x' * 200000 }}" }
                - debug: { msg: never }
            """)
        let pipe = try folder.unreadPipe("said")
        defer { close(pipe) }
        var last = ContinuousClock.now
        let words = ["apply", "site.yml", "-i", "inventory.yml"]
        let outcome = try await Program.run(
            ["sh", "-c", "exec \"$0\" \"$@\" 2>said", Tool.path] + words, in: folder.path
        ) { send in
            try await until { waiting(in: pipe) > 32768 }
            for _ in 0..<signals {
                try send(.interrupt)
                last = .now
                try await Task.sleep(for: .milliseconds(300))
            }
        }
        #expect(outcome.code == 130)
        return ContinuousClock.now - last
    }

    private static func until(_ isTrue: () -> Bool) async throws {
        for _ in 0..<3000 where !isTrue() { try await Task.sleep(for: .milliseconds(20)) }
        try #require(isTrue())
    }

    /// How many bytes lie in a pipe.
    private static func waiting(in pipe: Int32) -> Int32 {
        var count: Int32 = 0
        return ioctl(pipe, UInt(FIONREAD), &count) == 0 ? count : 0
    }
}

extension Scratch {
    /// A named pipe that has a reader who reads nothing.
    fileprivate func unreadPipe(_ name: String) throws -> Int32 {
        guard mkfifo(file(name), 0o600) == 0 else { throw POSIXError(.EIO) }
        let descriptor = open(file(name), O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { throw POSIXError(.EIO) }
        return descriptor
    }
}
