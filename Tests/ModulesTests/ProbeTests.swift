import Foundation
import Modules
import Remote
import Testing

/// Probes on this machine: they only look.
@Suite struct ProbeTests {
    private let host: LocalHost

    init() async throws { host = try await LocalHost() }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/usr/bin/dpkg-query"), "this is no Debian"))
    func findsPackagesByNameProvisionAndPattern() async throws {
        let names = ["bash", "awk", "no-such-package", "bas*", "bash=5*", "bash:s390x"]
        let probes = names.map { PackageProbe($0, in: .dpkg) }
        let findings = try await host.findings(probes)
        let found = try probes.map { try findings($0).map(\.name) }
        #expect(found[0] == ["bash"])
        #expect(found[1].contains { $0.hasSuffix("awk") })
        #expect(found[2] == [])
        #expect(found[3].contains("bash"))
        #expect(found[4] == ["bash"])
        #expect(found[5] == [])
    }

    @Test func findsUsersGroupsAndTheirHomes() async throws {
        let probes = [UserProbe("root"), UserProbe("no-such-user"), UserProbe("nobody")]
        let findings = try await host.findings(probes + [GroupsProbe()])
        #expect(try findings(probes[0])?.uid == 0)
        #expect(try findings(probes[0])?.hasHome == true)
        #expect(try findings(probes[1]) == nil)
        #expect(try findings(probes[2])?.hasHome == false)
        #expect(try findings(GroupsProbe())["root"]?.gid == 0)
    }

    @Test func readsKernelParameters() async throws {
        let probes = ["kernel.ostype", "net.ipv4.ip_local_port_range", "no.such.thing"].map { SysctlProbe($0) }
        let findings = try await host.findings(probes)
        #expect(try findings(probes[0]) == "Linux")
        #expect(try findings(probes[1])?.split(separator: " ").count == 2)
        #expect(try findings(probes[2]) == nil)
    }

    @Test func looksAtManyFilesAtOnce() async throws {
        try await withFolder { folder in
            try "a\u{0}b".write(toFile: "\(folder)/zero", atomically: true, encoding: .utf8)
            try "text\n".write(toFile: "\(folder)/it's -n\n", atomically: true, encoding: .utf8)
            try FileManager.default.createSymbolicLink(atPath: "\(folder)/loop", withDestinationPath: "loop")
            try FileManager.default.createSymbolicLink(atPath: "\(folder)/l", withDestinationPath: "a -> b\n")
            let names = ["zero", "it's -n\n", "loop", "l", "none", "zero/below", "."]
            let probes = names.map { FileProbe("\(folder)/\($0)", content: .always) }
            let findings = try await host.findings(probes + [FileProbe("\(folder)/zero"), FileProbe("/proc/self/mem")])
            let found = try probes.map { try findings($0) }
            #expect(found[0].content == Array("a\u{0}b".utf8))
            #expect(found[0].text == nil)
            #expect(found[1].text == "text\n")
            #expect(found[2].state?.kind == .link)
            #expect(found[2].followed == nil)
            #expect(found[3].linkText == "a -> b\n")
            #expect(found[4].state == nil)
            #expect(found[5].state == nil)
            #expect(found[6].state?.kind == .directory)
            #expect(found[6].sha256 == nil)
        }
    }

    @Test func readsAContentOnlyWhenItDiffers() async throws {
        try await withFolder { folder in
            for name in ["same", "other"] {
                try "abc".write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
            }
            let digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
            let same = FileProbe("\(folder)/same", content: .unless(digest))
            let other = FileProbe("\(folder)/other", content: .unless("0" + digest.dropFirst()))
            let long = FileProbe("\(folder)/other", content: .always, limit: 2)
            let findings = try await host.findings([same, other, long])
            #expect(try findings(same).sha256 == digest)
            #expect(try findings(same).content == nil)
            #expect(try findings(other).text == "abc")
            #expect(try findings(long).content == nil)
        }
    }

    /// Two service units, one of them unknown, as systemd 252 prints them.
    @Test func readsUnits() throws {
        let answer = """
            LoadState=loaded
            ActiveState=active
            SubState=running
            UnitFileState=enabled
            NeedDaemonReload=yes
            Id=nginx.service

            LoadState=not-found
            ActiveState=inactive
            SubState=dead
            UnitFileState=
            NeedDaemonReload=no
            Id=nope.service

            """
        let units = try UnitProbe.parse(
            Reply(stdout: answer + "\u{0}nn"), for: [UnitProbe("nginx.service"), UnitProbe("nope.service")])
        #expect(units.map(\.exists) == [true, false])
        #expect(units.map(\.isRunning) == [true, false])
        #expect(units.map(\.isEnabled) == [true, false])
        #expect(units.map(\.needsReload) == [true, false])
    }

    @Test func readsRPMsAndTheirProvisions() throws {
        let answer = """
            \u{0}installed\tnginx\tx86_64\t1.20.1-14.el8\t
            package webserver is not installed
            package nope is not installed
            installed\tnginx\tx86_64\t1.20.1-14.el8\twebserver
            no package provides nope
            \u{0}
            """
        let probes = ["nginx", "webserver", "nope", "nginx-1.20.1", "nginx-1.22"].map { PackageProbe($0, in: .rpm) }
        let found = try PackageProbe.parse(
            Reply(stdout: String(answer.dropLast(answer.hasSuffix("\n") ? 1 : 0))), for: probes)
        #expect(found.map { !$0.isEmpty } == [true, true, false, true, false])
    }

    @Test func keepsHashesOutOfFailures() {
        let failure = #expect(throws: ModuleFailure.self) {
            try UserProbe.parse(Reply(status: 1, stdout: "root:$6$secret:"), for: [UserProbe("root", password: true)])
        }
        #expect(failure.map { "\($0.message) \($0.result)".contains("secret") } == false)
    }

    @Test func refusesACutAnswer() {
        #expect(throws: ModuleFailure.self) {
            try FileProbe.parse(Reply(stdout: "/etc\u{0}41ed\u{0}"), for: [FileProbe("/etc")])
        }
        #expect(throws: ModuleFailure.self) { try UnitProbe.parse(Reply(stdout: ""), for: [UnitProbe("a.service")]) }
        #expect(throws: ModuleFailure.self) {
            try PathProbe.parse(Reply(stdout: "y"), for: [PathProbe("/a"), PathProbe("/b")])
        }
    }
}
