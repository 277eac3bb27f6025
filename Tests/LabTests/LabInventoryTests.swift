import Testing

@testable import Lab

@Suite struct LabInventoryTests {
    private let secrets = LabSecrets(
        become: "B", passwords: ["redis_password": "R", "mysql_app_password": "A"])

    @Test func isAnOrdinaryInventoryWithAllTheGroupsOfTheSite() throws {
        let hosts = try Topology.servers(named: ["lb1", "db1", "db2"])
        let inventory = LabInventory(
            name: .standard, record: LabRecord(image: "sid-1", hosts: hosts, secrets: secrets),
            privateKey: "/keys/id", hostKeys: ["lb1": "ssh-ed25519 L", "db1": "ssh-ed25519 D", "db2": "ssh-ed25519 E"])
        #expect(
            inventory.text == """
                # The lab 'lab', written by `intchainctl lab up`. The passwords are this lab's own.
                all:
                  vars:
                    ansible_user: ops
                    ansible_ssh_private_key_file: "/keys/id"
                    ansible_become_password: "B"
                    site_environment: lab
                    nginx_server_name: lb1
                    probes_enabled: true
                    intchain_allow_clear_text_secrets: true
                    mysql_app_password: "A"
                    redis_password: "R"
                  children:
                    nginx:
                      hosts:
                        lb1:
                          ansible_host: 10.89.0.10
                          ansible_host_key: "ssh-ed25519 L"
                          memory_mb: 4096
                    db:
                      hosts:
                        db1:
                          ansible_host: 10.89.0.21
                          ansible_host_key: "ssh-ed25519 D"
                          memory_mb: 16384
                        db2:
                          ansible_host: 10.89.0.22
                          ansible_host_key: "ssh-ed25519 E"
                          memory_mb: 16384
                    app: {}
                    redis: {}

                """)
    }
}

@Suite struct LabSecretsTests {
    @Test func passwordsAreLongPlainAndDifferent() {
        let secrets = LabSecrets.generated()
        let all = [secrets.become] + secrets.passwords.values
        #expect(all.count == 7)
        #expect(Set(all).count == all.count)
        #expect(all.allSatisfy { $0.count >= 24 && $0.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) } })
    }

    @Test func completingKeepsWhatIsThere() {
        var secrets = LabSecrets(become: "B", passwords: ["redis_password": "R"])
        secrets.complete()
        #expect(secrets.become == "B")
        #expect(secrets.passwords["redis_password"] == "R")
        #expect(secrets.passwords.keys.sorted() == LabSecrets.variables)
    }

    @Test func printingShowsNoPassword() {
        let secrets = LabSecrets.generated()
        #expect(!"\(secrets)".contains(secrets.become))
    }
}
