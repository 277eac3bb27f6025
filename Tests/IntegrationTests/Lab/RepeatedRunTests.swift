import Foundation
import Testing

extension OnTheLab {
    /// The same input again changes nothing.
    @Suite struct RepeatedRun {
        @Test func provisioningAgainChangesNothingOnAnyHost() async throws {
            let outcome = try await TestLab.provision()
            #expect(outcome.code == 0, "\(outcome.text)")
            #expect(try outcome.changes() == TestLab.unchanged)
            print("provisioning seven servers again took \(outcome.took)")
            #expect(outcome.took < .seconds(20))
        }

        /// On a morning when nobody has installed anything for days.
        @Test func oldPackageListsAreNoReasonForAChange() async throws {
            for host in TestLab.hosts {
                try await TestLab.run(host, "find /var/lib/apt/lists | xargs touch -d '3 days ago'")
            }
            let outcome = try await TestLab.tool("plan", "playbooks/provision.yml", more: ["--exit-code"])
            #expect(outcome.code == 0, "\(outcome.text)")
        }

        @Test func planningFindsNothingToChange() async throws {
            let outcome = try await TestLab.tool("plan", "playbooks/provision.yml", more: ["--exit-code"])
            #expect(outcome.code == 0, "\(outcome.text)")
        }

        @Test(.enabled(if: Release.isPacked, Release.reason))
        func deployingTheLiveReleaseAgainChangesNothing() async throws {
            let before = try await Release.live()
            let outcome = try await TestLab.tool("deploy", Release.path, more: ["--output", "json"])
            #expect(outcome.code == 0, "\(outcome.text)")
            #expect(try outcome.changes().values.allSatisfy { $0 == 0 }, "\(outcome.text)")
            #expect(try await Release.live() == before)
        }

        @Test func aChangeByHandIsSeenByThePlanAndPutRight() async throws {
            let file = "/etc/logrotate.d/intchain"
            let right = try await TestLab.run("app2", "cat \(file)")
            try await TestLab.run("app2", "echo '# by hand' >> \(file)")

            let plan = try await TestLab.tool("plan", "playbooks/base.yml", more: ["--exit-code"])
            #expect(plan.code == 3)
            #expect(plan.output.contains("-# by hand"), "\(plan.text)")
            #expect(try await TestLab.run("app2", "tail -n 1 \(file)") == "# by hand")

            let repair = try await TestLab.provision()
            #expect(repair.code == 0)
            #expect(try repair.changes() == TestLab.unchanged.merging(["app2": 1]) { $1 })
            #expect(try await TestLab.run("app2", "cat \(file)") == right)
        }
    }
}

extension TestLab {
    static func provision() async throws -> Outcome {
        try await tool("apply", "playbooks/provision.yml", more: ["--output", "json"])
    }

    /// What a run reports that changed nothing.
    static var unchanged: [String: Int] { Dictionary(uniqueKeysWithValues: hosts.map { ($0, 0) }) }
}

/// The release that the rehearsal has packed and deployed.
enum Release {
    static let path =
        ProcessInfo.processInfo.environment["INTCHAIN_TEST_RELEASE"]
        ?? Project.path(".build/rehearse/release-\(TestLab.name)")

    static var isPacked: Bool { FileManager.default.fileExists(atPath: path + "/bin/intchain-service") }
    static let reason: Comment = "needs the release that scripts/rehearse packs"

    /// The packed release with one file more: other content, so another id.
    /// - Parameter padding: so many random bytes more.
    static func another(paddedBy padding: Int = 0) throws -> Scratch {
        let folder = try Scratch()
        try FileManager.default.copyItem(atPath: path, toPath: folder.file("release"))
        try folder.write("release/NOTES", "packed for a test at \(Date.now)\n")
        if padding > 0 {
            let random = try #require(FileHandle(forReadingAtPath: "/dev/urandom"))
            let bytes = try #require(try random.read(upToCount: padding))
            try bytes.write(to: URL(fileURLWithPath: folder.file("release/padding")))
        }
        return folder
    }

    /// The same behind a wrapper of its program, which `program` is called in; migrations work.
    /// - Parameter wrapper: what a service does: shell text.
    static func wrapped(_ wrapper: String) throws -> Scratch {
        let folder = try another()
        let program = folder.file("release/bin/intchain-service")
        try FileManager.default.moveItem(atPath: program, toPath: program + ".real")
        try folder.write(
            "release/bin/intchain-service",
            "#!/bin/sh\n[ \"$1\" != migrate ] || exec \"$0.real\" \"$@\"\n\(wrapper)\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
        return folder
    }

    /// App server → the id of its live release.
    static func live() async throws -> [String: String] {
        var ids: [String: String] = [:]
        for host in ["app1", "app2"] { ids[host] = try await TestLab.run(host, "readlink /app/intchain/current") }
        return ids
    }

    /// Whichever each app server serves, it is there to its last byte.
    static func expectWhole(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        for host in ["app1", "app2"] {
            let outcome = try await TestLab.shell(
                host,
                """
                cd "$(readlink -f /app/intchain/current)" && [ -s RELEASE ] && [ -x bin/intchain-service ] &&
                awk -F '\\t' '$1 == "f" { print $4 "  " $5 }' MANIFEST | sha256sum --check --strict --quiet
                """)
            #expect(outcome.code == 0, "\(host): \(outcome.text)", sourceLocation: sourceLocation)
        }
    }
}
