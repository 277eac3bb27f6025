import Foundation
import Testing

extension OnTheLab {
    /// Somebody who answers at the primary's address, with a certificate that another authority has signed.
    @Suite(.enabled(if: Soak.isOn, "takes half a minute: scripts/test --soak"))
    struct ForeignCertificate {
        @Test func aReplicaAsksNobodyWhomTheSitesAuthorityDoesNotKnow() async throws {
            let roles = try await DatabaseRoles()
            let address = try await Databases.address(roles.primary)
            let ask = "mysql --defaults-file=/etc/intchain/mysql-peer.cnf -h \(address) -e 'SELECT 1'"
            #expect(try await TestLab.shell(roles.replica, ask).code == 0)
            let history = try WriteHistory()
            try await history.during {
                try await TestLab.run(
                    roles.primary,
                    """
                    set -e; cd /etc/mysql/tls
                    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=\(roles.primary) \
                    -addext subjectAltName=IP:\(address) -keyout foreign-key.pem -out foreign.pem 2>/dev/null
                    chown mysql foreign-key.pem foreign.pem
                    mysql -e "SET GLOBAL ssl_cert='/etc/mysql/tls/foreign.pem', ssl_key='/etc/mysql/tls/foreign-key.pem'; \
                    ALTER INSTANCE RELOAD TLS"
                    """)
                let refused = try await TestLab.shell(roles.replica, ask)
                #expect(refused.code == 1 && refused.text.contains("certificate verify failed"), "\(refused.text)")
                // Who does not look at the certificate gets in: it is nothing else that keeps the others out.
                let blind = try await TestLab.shell(roles.replica, "\(ask) --ssl-mode=REQUIRED")
                #expect(blind.code == 0, "\(blind.text)")
                try await TestLab.run(roles.replica, "mysql -e 'STOP REPLICA IO_THREAD; START REPLICA IO_THREAD'")
                let status = try await eventually(within: .seconds(20), every: .seconds(1)) {
                    let status = try await TestLab.tool("db", "status")
                    return status.code == 2 && status.text.contains("certificate verify failed")
                }
                #expect(status != nil, "nobody is told that the replica does not replicate")
                try await TestLab.run(
                    roles.primary,
                    """
                    set -e; cd /etc/mysql/tls; rm foreign.pem foreign-key.pem
                    mysql -e "SET GLOBAL ssl_cert='/etc/mysql/tls/\(address).pem', \
                    ssl_key='/etc/mysql/tls/\(address)-key.pem'; ALTER INSTANCE RELOAD TLS"
                    """)
            }
            try await TestLab.run(roles.replica, "mysql -e 'STOP REPLICA IO_THREAD; START REPLICA IO_THREAD'")
            try await Databases.expectHealthy()
            #expect(try await history.expectNoPhantom(on: roles.primary).isEmpty)
        }
    }
}
