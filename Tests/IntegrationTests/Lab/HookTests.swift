import Foundation
import Testing

extension OnTheLab {
    /// The operator's own scripts around the phases of a rollout.
    @Suite(.enabled(if: Release.isPacked, Release.reason)) struct Hooks {
        @Test func aBeforeHookThatFailsStopsTheDeployBeforeAnythingIsTouched() async throws {
            let hooks = try Scratch()
            try Self.script(
                "before-deploy", "env | grep ^INTCHAIN_ | sort >\"$0.seen\"; echo 'not today' >&2; exit 3", hooks)
            let next = try Release.another()
            let before = try await Self.state()
            let options = ["-e", "hooks_directory=\(hooks.path)"]
            let stopped = try await TestLab.tool("deploy", next.file("release"), more: options)
            #expect(stopped.code == 2, "\(stopped.text)")
            #expect(stopped.text.contains("not today"), "\(stopped.text)")
            #expect(try await Self.state() == before)
            let seen = try String(contentsOfFile: hooks.file("before-deploy.seen"), encoding: .utf8)
            #expect(seen.contains("INTCHAIN_HOOK=before-deploy\n"), "\(seen)")
            #expect(seen.contains("INTCHAIN_HOSTS=app1 app2\n"), "\(seen)")
            #expect(seen.contains("INTCHAIN_ENVIRONMENT=lab\n"), "\(seen)")

            let skipped = try await TestLab.tool("deploy", Release.path, more: options + ["--skip-hooks"])
            #expect(skipped.code == 0, "\(skipped.text)")
        }

        @Test func everyPhaseHasItsHooksInOrder() async throws {
            let hooks = try Scratch()
            let names = [
                "before-deploy", "before-push", "after-push", "before-migrate", "after-migrate", "after-deploy",
            ]
            for name in names {
                try Self.script(name, "echo \"$INTCHAIN_HOOK $INTCHAIN_RELEASE\" >>\"$(dirname \"$0\")/log\"", hooks)
            }
            let deploy = try await TestLab.tool("deploy", Release.path, more: ["-e", "hooks_directory=\(hooks.path)"])
            #expect(deploy.code == 0, "\(deploy.text)")
            let log = try String(contentsOfFile: hooks.file("log"), encoding: .utf8).split(separator: "\n")
            #expect(log.map { $0.split(separator: " ").first.map(String.init) } == names)
            let live = try await Release.live()["app1"] ?? ""
            for line in log.dropFirst(2) { #expect(live.hasSuffix(line.split(separator: " ").last ?? "?"), "\(line)") }
        }

        private static func script(_ name: String, _ text: String, _ folder: borrowing Scratch) throws {
            let path = try folder.write(name, "#!/bin/sh\n\(text)\n")
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        }

        private static func state() async throws -> String {
            try await TestLab.run("app1", "cd /app/intchain; readlink current; ls releases; cat .deploy/journal")
        }
    }
}
