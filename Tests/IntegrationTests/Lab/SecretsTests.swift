import Foundation
import OrderedCollections
import Synchronization
import Testing
import YAML

extension OnTheLab {
    /// No password shows up where others can read it.
    @Suite struct Secrets {
        @Test func noPasswordIsInTheOutputOfAVerboseDiff() async throws {
            let passwords = try await Self.passwords()
            let new = "another-Password-\(UUID().uuidString)"
            let outcome = try await TestLab.tool(
                "apply", "playbooks/provision.yml",
                more: ["--check", "--diff", "-vv", "-e", "mysql_app_password=\(new)", "-e", "redis_password=\(new)"])
            // What is to be hidden is really there: the settings that hold the passwords would change.
            #expect(outcome.text.contains("Write the services' settings"), "\(outcome.text)")
            #expect(outcome.text.contains("Write redis.conf"))
            for (name, password) in passwords { #expect(!outcome.text.contains(password), "\(name) is shown") }
            #expect(!outcome.text.contains(new), "the new password is shown")
        }

        @Test(arguments: ["json", "jsonl"])
        func noPasswordIsInTheOutputForPrograms(_ format: String) async throws {
            let passwords = try await Self.passwords()
            let new = "another-Password-\(UUID().uuidString)"
            let outcome = try await TestLab.tool(
                "apply", "playbooks/provision.yml",
                more: ["--check", "--diff", "-e", "mysql_app_password=\(new)", "--output", format])
            #expect(outcome.output.contains("Write the services' settings"))
            for (name, password) in passwords { #expect(!outcome.text.contains(password), "\(name) is shown") }
            #expect(!outcome.text.contains(new), "the new password is shown")
        }

        @Test func theInventorysSheetMasksThem() async throws {
            let outcome = try await TestLab.tool("inventory", "show", "db1")
            #expect(outcome.output.contains("mysql_app_password"))
            for (name, password) in try await Self.passwords() {
                #expect(!outcome.text.contains(password), "\(name) is shown")
            }
        }

        /// The hosts' processes are this machine's: one look at /proc sees those of the tool and of all servers.
        @Test func noPasswordIsInAnyProcesssArguments() async throws {
            let passwords = try await Self.passwords()
            let folder = try Scratch()
            let own = "in-No-argument-\(UUID().uuidString)"
            let secret = try folder.write("secret.yml", "test_password: \(own)\n")
            let playbook = try folder.write("play.yml", Self.accounts)

            let seen = Mutex<Set<String>>([])
            let watcher = Task.detached {
                while !Task.isCancelled {
                    let now = Self.commandLines()
                    seen.withLock { $0.formUnion(now) }
                    await Task.yield()
                }
            }
            let accounts = try await TestLab.tool("apply", playbook, more: ["-e", "@\(secret)", "-e", "state=present"])
            let removed = try await TestLab.tool("apply", playbook, more: ["-e", "@\(secret)", "-e", "state=absent"])
            let provision = try await TestLab.provision()
            watcher.cancel()
            await watcher.value

            #expect(accounts.code == 0, "\(accounts.text)")
            #expect(removed.code == 0, "\(removed.text)")
            #expect(provision.code == 0, "\(provision.text)")
            let lines = seen.withLock { $0 }
            // The hosts' own processes are among what was seen.
            #expect(lines.contains { $0.contains("mysqld") } && lines.contains { $0.contains("intchain-service") })
            for line in lines {
                #expect(!line.contains(own), "\(line.prefix(60))")
                for (name, password) in passwords where line.contains(password) {
                    Issue.record("\(name) is an argument of \(line.prefix(40))")
                }
            }
        }

        @Test(arguments: [
            ("app1", "/app/intchain/shared/appsettings.Production.json", "640 root intchain"),
            ("app1", "/app/intchain/shared/migrate.json", "600 intchain-migrate intchain"),
            ("db1", "/etc/intchain/mysql-backup.cnf", "600 root root"),
            ("db1", "/etc/intchain/mysql-peer.cnf", "600 root root"),
            ("redis1", "/etc/redis/redis.conf", "640 redis redis"),
            ("lb1", "/etc/nginx/ssl/key.pem", "600 root root"),
        ])
        func filesWithPasswordsAreForTheirReadersOnly(_ host: String, _ path: String, _ mode: String) async throws {
            #expect(try await TestLab.run(host, "stat -c '%a %U %G' \(path)") == mode)
        }
    }
}

extension OnTheLab.Secrets {
    /// Makes and removes an account with a password on the primary: the replica skips it.
    private static let accounts = """
        - hosts: db
          become: true
          tasks:
            - name: Ask for the role
              ansible.builtin.command: mysql -N -e 'SELECT @@read_only'
              register: role
              changed_when: false
            - name: An account
              community.mysql.mysql_user:
                name: integration_test
                host: localhost
                password: "{{ test_password }}"
                state: "{{ state }}"
                login_unix_socket: /var/run/mysqld/mysqld.sock
              when: role.stdout == '0'
        """

    /// Name → value of every password of the lab's inventory.
    private static func passwords() async throws -> [String: String] {
        let inventory = try #require(try Node.parse(try await TestLab.inventoryText(), file: "inventory"))
        let variables = try #require(inventory.value["all"]?["vars"]?.map)
        var passwords: [String: String] = [:]
        for (name, value) in variables {
            if let name = name.string, name.hasSuffix("password"), let text = value.string { passwords[name] = text }
        }
        try #require(passwords.count >= 7)
        return passwords
    }

    private static func commandLines() -> Set<String> {
        let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        let lines = processes.filter { $0.allSatisfy(\.isNumber) }.compactMap { process in
            FileManager.default.contents(atPath: "/proc/\(process)/cmdline")
        }
        return Set(lines.map { String(decoding: $0.map { $0 == 0 ? 32 : $0 }, as: UTF8.self) })
    }
}
