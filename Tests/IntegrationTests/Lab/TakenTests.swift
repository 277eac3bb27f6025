import Foundation
import Glibc
import Lab
import Testing

extension OnTheLab {
    /// What a server or a lab wants to have is somebody else's.
    @Suite struct Taken {
        @Test func aPortInUseIsNamedByTheServiceThatCannotStart() async throws {
            try await TestLab.run(
                "lb1",
                """
                systemctl stop nginx
                systemd-run --quiet --unit integration-port systemd-socket-activate -l 443 /bin/cat
                """)
            let isTaken = try await eventually(within: .seconds(10)) {
                try await TestLab.run("lb1", "systemctl is-active integration-port; ss -Hltn sport = :443").contains(
                    ":443")
            }
            let outcome = try await TestLab.tool("apply", "playbooks/nginx.yml")
            try await TestLab.run(
                "lb1",
                "systemctl stop integration-port; systemctl reset-failed nginx; systemctl start nginx")

            #expect(isTaken != nil)
            #expect(outcome.code == 2, "\(outcome.text)")
            #expect(outcome.errors.contains("Start Nginx"))
            #expect(outcome.errors.contains("Address already in use"), "\(outcome.errors)")
            #expect(outcome.errors.contains("playbooks/nginx.yml:"))
            let healthy = try await eventually(within: .seconds(10)) { try await PublicSite().isHealthy() }
            #expect(healthy != nil)
        }

        @Test(.enabled(if: geteuid() == 0, "adds an interface to this machine: needs root"))
        func aSubnetInUseIsNamedAndNoLabIsMade() async throws {
            let name = try LabName("integration-taken")
            let interface = "it-taken"
            let added = try await Program.run([
                "sh", "-c",
                "ip link add \(interface) type bridge && ip addr add \(name.subnet.gateway)/24 dev \(interface)",
            ])
            let outcome = try await Tool.run(["lab", "up", "--name", name.text, "--hosts", "lb1"])
            _ = try await Program.run(["ip", "link", "del", interface])
            _ = try await Tool.run(["lab", "down", "--purge", "--name", name.text])

            try #require(added.code == 0, "\(added.text)")
            #expect(outcome.code == 1, "\(outcome.text)")
            #expect(outcome.errors.contains("subnet \(name.subnet) is already in use here, by interface \(interface)"))
            #expect(outcome.errors.contains("--name"))
            #expect(!FileManager.default.fileExists(atPath: "/var/lib/intchain-lab/\(name)/hosts"))
        }
    }
}
