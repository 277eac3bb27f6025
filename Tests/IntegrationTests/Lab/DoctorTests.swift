import Testing
import YAML

extension OnTheLab {
    /// Something is broken, and the doctor names it, with its cause.
    @Suite struct Doctor {
        @Test func nothingBadIsFoundOnAHealthySite() async throws {
            // What other tests' faults made of the last ten minutes.
            try await TestLab.run("lb1", "truncate -s 0 /var/log/nginx/access.log")
            // A replica whose primary another test restarted connects again within seconds.
            var last: Outcome?
            let found = try await eventually(within: .seconds(30), every: .seconds(2)) {
                let outcome = try await TestLab.tool("doctor", more: ["--output", "json"])
                last = outcome
                let bad = try outcome.document().list?.filter { $0["level"] == "bad" }
                return outcome.code == 0 && bad?.isEmpty == true
            }
            #expect(found != nil, "\(last?.text ?? "")")
        }

        @Test func aServiceThatCannotStartIsFoundWithWhatHoldsItsPort() async throws {
            try await TestLab.run(
                "app2",
                """
                supervisorctl stop intchain-approvalservice
                nohup bash -c 'exec -a thief python3 -m http.server 5004' >/dev/null 2>&1 &
                for i in $(seq 50); do ss -Hltn 'sport = :5004' | grep -q . && break; sleep 0.1; done
                supervisorctl start intchain-approvalservice || true
                """)
            let outcome = try await TestLab.tool("doctor", "app2")
            try await TestLab.run(
                "app2",
                """
                kill $(ss -Hltnp 'sport = :5004' | sed -n 's/.*pid=\\([0-9]*\\).*/\\1/p'); sleep 0.5
                supervisorctl start intchain-approvalservice
                """)
            #expect(outcome.code == 2, "\(outcome.text)")
            #expect(outcome.text.contains("bad  service: approval does not run"), "\(outcome.text)")
            #expect(outcome.text.contains("port 5004 of approval is taken by \"python3\""), "\(outcome.text)")
        }

        @Test func aStoppedDatabaseIsFoundFromBothSides() async throws {
            let roles = try await DatabaseRoles()
            try await TestLab.run(
                roles.replica, "systemctl stop mysql; echo 'no_such_setting = 1' >> /etc/mysql/my.cnf")
            let outcome = try await TestLab.tool("doctor", "db")
            try await TestLab.run(roles.replica, "sed -i '/no_such_setting/d' /etc/mysql/my.cnf; systemctl start mysql")
            #expect(outcome.code == 2, "\(outcome.text)")
            #expect(outcome.text.contains("bad  db: mysql does not run"), "\(outcome.text)")
            #expect(outcome.text.contains("the configuration is refused"), "\(outcome.text)")
            #expect(outcome.text.contains("no_such_setting"), "\(outcome.text)")
            #expect(outcome.text.contains("app1 to \(roles.replica): nothing listens on"), "\(outcome.text)")
        }

        @Test func aReplicaWhoseApplierStandsStillIsFound() async throws {
            let roles = try await DatabaseRoles()
            try await TestLab.run(roles.replica, "mysql -e 'STOP REPLICA SQL_THREAD'")
            let outcome = try await TestLab.tool("doctor", "db")
            try await TestLab.run(roles.replica, "mysql -e 'START REPLICA SQL_THREAD'")
            #expect(outcome.code == 2 && outcome.text.contains("replication stands still"), "\(outcome.text)")
        }

        @Test func anAccountThatLacksARightIsFound() async throws {
            let roles = try await DatabaseRoles()
            let account = "intchain@'$(mysql -N -e \"SELECT host FROM mysql.user WHERE user = 'intchain'\")'"
            try await TestLab.run(roles.primary, "mysql -e \"REVOKE DELETE ON intchain.* FROM \(account)\"")
            let outcome = try await TestLab.tool("doctor", roles.primary)
            try await TestLab.run(roles.primary, "mysql -e \"GRANT DELETE ON intchain.* TO \(account)\"")
            #expect(outcome.code == 2, "\(outcome.text)")
            #expect(outcome.text.contains("intchain lacks rights on intchain"), "\(outcome.text)")
            #expect(outcome.text.contains("it may not: DELETE\n"), "\(outcome.text)")
            #expect(!outcome.text.contains("may not log in from"), "\(outcome.text)")
        }

        @Test func aTargetThatDoesNotExistIsRefused() async throws {
            let outcome = try await TestLab.tool("doctor", "dbs")
            #expect(outcome.code == 64 && outcome.text.contains("nothing named 'dbs'"), "\(outcome.text)")
        }
    }
}
