import Remote
import Testing

@testable import Databases
@testable import Modules

@Suite struct FenceTests {
    private static let scripts = FenceScripts(server: SitePeer(name: "db1", address: "10.0.0.1", port: 3306))

    /// Whatever the dead server's host does to it, another fence comes next.
    @Test func aStopThatHangsOrIsCutOffIsAReasonForAnotherFence() async throws {
        let hanging = try await FenceScripts.attempt("stop it", within: .milliseconds(20)) {
            try await Task.sleep(for: .seconds(600))
            return Reply()
        }
        #expect(hanging?.contains("no answer within") == true, "\(hanging ?? "")")
        let failed = try await FenceScripts.attempt("stop it") {
            Reply(status: 3, stdout: "", stderr: "it did not end")
        }
        #expect(failed?.contains("it did not end") == true, "\(failed ?? "")")
        #expect(try await FenceScripts.attempt("stop it") { Reply() } == nil)
        await #expect(throws: CancellationError.self) {
            try await FenceScripts.attempt("stop it") { throw CancellationError() }
        }
    }

    private static func host(canMask: Bool = true) throws -> ShellHost {
        try ShellHost(programs: [
            "systemctl": """
            echo "$*" >>"$here/calls"
            case "$*" in
            is-active*) echo inactive;;
            "mask --quiet"*) \(canMask ? "exit 0" : "exit 1");;
            esac
            """, "ss": "",
        ])
    }

    @Test func whatIsRecordedKeepsItFromStarting() async throws {
        let host = try Self.host()
        let reply = try await host.run(Self.scripts.stop(.mysql, recording: "printf kept >\(host.folder + "/epoch")"))
        #expect(reply.succeeded, "\(reply.errors)")
        #expect(host.read("epoch") == "kept")
        #expect(host.read("calls").contains("mask --runtime") && !host.read("calls").contains("mask --quiet"))
    }

    /// `/dev/full` is a disk that is.
    @Test func whereNothingCanBeRecordedTheMaskStays() async throws {
        let recording: Shell = "printf kept >/dev/full; :"
        let host = try Self.host()
        #expect(try await host.run(Self.scripts.stop(.redis, recording: recording)).succeeded)
        #expect(host.read("calls").contains("mask --quiet"), "\(host.read("calls"))")

        let worse = try Self.host(canMask: false)
        let reply = try await worse.run(Self.scripts.stop(.redis, recording: recording))
        #expect(!reply.succeeded)
        #expect(reply.errors.contains("could not be recorded that it must not start again"), "\(reply.errors)")
        #expect(worse.read("calls").contains("kill --signal=KILL"))
    }

    @Test func aServerThatComesBackIsUnmaskedForGood() async throws {
        let host = try Self.host()
        _ = try await host.run(.changes(FencedService.redis.start))
        #expect(host.read("calls").contains("unmask --runtime") && host.read("calls").contains("unmask --quiet"))
    }
}
