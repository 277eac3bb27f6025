import Foundation
import Glibc
import Testing
import YAML

extension OnTheLab {
    /// Hosts that can't be used: one sentence, exit code 4, and nothing is done on them.
    @Suite struct HostTrouble {
        /// Leaves a file, so that a test can see whether anything was done.
        private static let marker = "/run/intchain-integration-test"

        private static let playbook = """
            - name: Leave a mark
              hosts: app
              become: true
              tasks:
                - name: Mark
                  ansible.builtin.copy:
                    content: done
                    dest: \(marker)
                    mode: "0644"
            """

        @Test func oneUnreachableHostDoesNotHoldUpTheOthers() async throws {
            let address = try await Self.unusedAddress()
            let outcome = try await Self.apply(overlay: "all: {hosts: {app2: {ansible_host: \(address)}}}")
            #expect(outcome.run.code == 4)
            #expect(
                outcome.run.text.contains("app2: cannot connect to") || outcome.run.text.contains("app2: timed out")
            )
            #expect(try outcome.run.changes()["app1"] == 1)
            #expect(outcome.marked == ["app1"])
        }

        @Test func aWrongKeyIsRefused() async throws {
            let folder = try Scratch()
            let key = folder.file("key")
            _ = try await Program.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key])
            let outcome = try await Self.apply(more: ["-e", "ansible_ssh_private_key_file=\(key)"])
            try Self.expectNothing(outcome, says: "cannot log in as ops: key \(key) refused")
            #expect(outcome.run.text.contains("--private-key"))
        }

        @Test func aMissingKeyFileIsNamed() async throws {
            let outcome = try await Self.apply(more: ["-e", "ansible_ssh_private_key_file=/nonexistent/key"])
            try Self.expectNothing(outcome, says: "/nonexistent/key does not exist")
        }

        @Test func aWrongSudoPasswordIsRefusedAndNotShown() async throws {
            let outcome = try await Self.apply(more: ["-e", "ansible_become_password=certainly-wrong-1"])
            try Self.expectNothing(outcome, says: "sudo refused the password")
            #expect(!outcome.run.text.contains("certainly-wrong-1"))
        }

        @Test func aMissingSudoPasswordIsAskedForBySayingHow() async throws {
            let outcome = try await Self.apply(dropping: "ansible_become_password")
            try Self.expectNothing(outcome, says: "sudo asks for the password")
            #expect(outcome.run.text.contains("-K"))
            #expect(outcome.run.text.contains("INTCHAIN_BECOME_PASSWORD"))
        }

        @Test func theSudoPasswordMayComeFromTheEnvironment() async throws {
            let text = try await TestLab.inventoryText()
            let line = try #require(text.split(separator: "\n").first { $0.contains("ansible_become_password:") })
            let password = try #require(line.split(separator: "\"").last)
            let outcome = try await Self.apply(
                dropping: "ansible_become_password", environment: ["INTCHAIN_BECOME_PASSWORD": String(password)])
            #expect(outcome.run.code == 0, "\(outcome.run.text)")
            #expect(outcome.marked == ["app1", "app2"])
        }

        @Test func aChangedHostKeyIsRefused() async throws {
            let folder = try Scratch()
            let key = folder.file("key")
            _ = try await Program.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key])
            let other = try String(contentsOfFile: key + ".pub", encoding: .utf8).split(separator: " ").prefix(2)
            let outcome = try await Self.apply(
                overlay: "all: {hosts: {app1: {ansible_host_key: \"\(other.joined(separator: " "))\"}}}")
            #expect(outcome.run.code == 4)
            #expect(outcome.run.text.contains("app1: the host key has changed to SHA256:"), "\(outcome.run.text)")
            #expect(outcome.marked == ["app2"])
        }

        /// Where several hosts are new, others ask for all of them at once, in one garbled prompt (ansible/ansible#25068).
        @Test func unknownHostKeysAreRefusedEachWithItsFingerprintAndTheCommandToAcceptIt() async throws {
            let outcome = try await Self.apply(dropping: "ansible_host_key")
            let lines = outcome.run.text.split(separator: "\n").map { $0.drop { $0 == " " } }
            for host in ["app1", "app2"] {
                let fingerprint = try await TestLab.run(
                    host, "ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub | cut -d ' ' -f 2")
                try Self.expectNothing(outcome, says: "\(host): unknown host key \(fingerprint)")
                let command = "intchainctl ssh \(host) --accept-host-key \(fingerprint)"
                #expect(lines.filter { $0.contains(command) }.count == 1, "\(outcome.run.text)")
            }
        }

        @Test(.enabled(if: geteuid() == 0, "hides ~/.ssh in a mount namespace: needs root"))
        func theCommandToAcceptAHostKeyRecordsThatKeyAndNoOther() async throws {
            let folder = try Scratch()
            let inventory = try folder.write(
                "inventory.yml", try await TestLab.inventoryText(dropping: "ansible_host_key"))
            let fingerprint = try await TestLab.run(
                "app1", "ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub | cut -d ' ' -f 2")
            // In a namespace whose ~/.ssh is empty: the user's own known_hosts stays as it is.
            let script = """
                mkdir -p ~/.ssh && mount -t tmpfs none ~/.ssh
                "$0" ssh app1 -i "$1" --accept-host-key SHA256:0000000000000000000000000000000000000000000
                echo "other: $?"
                "$0" ping app1 -i "$1"; echo "before: $?"
                "$0" ssh app1 -i "$1" --accept-host-key "$2"; echo "accepted: $?"
                "$0" ping app1 -i "$1"; echo "after: $?"
                """
            let outcome = try await Program.run(
                [
                    "unshare", "--mount", "--propagation", "private", "sh", "-c", script, Tool.path, inventory,
                    fingerprint,
                ])
            #expect(outcome.output.contains("other: 4"), "\(outcome.text)")
            #expect(outcome.output.contains("before: 4"), "\(outcome.text)")
            #expect(outcome.output.contains("accepted: 0"), "\(outcome.text)")
            #expect(outcome.output.contains("after: 0"), "\(outcome.text)")
        }

        @Test func aFullDiskLeavesNothingHalfWritten() async throws {
            let folder = try Scratch()
            try folder.write("big", String(repeating: "0123456789abcdef", count: 1 << 16))
            let playbook = try folder.write(
                "play.yml",
                """
                - hosts: lb1
                  become: true
                  tasks:
                    - name: Fill the disk
                      ansible.builtin.copy: {src: big, dest: /mnt/small/big, mode: "0644"}
                """)
            try await TestLab.run(
                "lb1", "mkdir -p /mnt/small && mount -t tmpfs -o size=256k none /mnt/small && echo old > /mnt/small/old"
            )
            let outcome = try await TestLab.tool("apply", playbook, more: ["--output", "json"])
            let left = try await TestLab.run("lb1", "ls -A /mnt/small; ls -A /tmp /root | grep -i intchain || true")
            try await TestLab.run("lb1", "umount /mnt/small && rmdir /mnt/small")

            #expect(outcome.code == 2, "\(outcome.text)")
            #expect(outcome.text.contains("No space left on device"), "\(outcome.text)")
            #expect(try outcome.counts("failed")["lb1"] == 1)
            #expect(left == "old", "\(left)")
        }
    }
}

extension OnTheLab.HostTrouble {
    struct Attempt {
        var run: Outcome
        /// The hosts on which the task was done.
        var marked: [String]
    }

    /// Applies the marking playbook to the app servers, sees what it did, and removes it.
    private static func apply(
        dropping variable: String? = nil, overlay: String? = nil, more: [String] = [],
        environment: [String: String] = [:]
    ) async throws -> Attempt {
        let folder = try Scratch()
        let file = try folder.write("play.yml", playbook)
        var inventories = ["-i", try folder.write("lab.yml", try await TestLab.inventoryText(dropping: variable))]
        if let overlay { inventories += ["-i", try folder.write("overlay.yml", overlay)] }
        let run = try await Tool.run(
            ["apply", file, "--output", "json", "--timeout", "5"] + inventories + more, environment: environment)
        var marked: [String] = []
        for host in ["app1", "app2"] where try await TestLab.shell(host, "rm \(marker)").code == 0 {
            marked.append(host)
        }
        return Attempt(run: run, marked: marked)
    }

    private static func expectNothing(_ attempt: Attempt, says words: String) throws {
        #expect(attempt.run.code == 4, "\(attempt.run.text)")
        #expect(attempt.run.text.contains(words), "\(attempt.run.text)")
        #expect(attempt.marked.isEmpty)
    }

    /// An address of the lab's network that no host has.
    private static func unusedAddress() async throws -> String {
        let site = try await TestLab.tool("inventory", "show", "lb1", more: ["--output", "json"])
        let address = try #require(try site.document()["ansible_host"]?.string)
        return address.split(separator: ".").dropLast().joined(separator: ".") + ".199"
    }
}

extension TestLab {
    /// The lab's own inventory, without the lines of one variable.
    static func inventoryText(dropping variable: String? = nil) async throws -> String {
        let outcome = try await root(["cat", inventoryFile])
        try #require(outcome.code == 0, "\(outcome.text)")
        guard let variable else { return outcome.output }
        let lines = outcome.output.split(separator: "\n", omittingEmptySubsequences: false)
        return lines.filter { !$0.contains(variable + ":") }.joined(separator: "\n")
    }
}
