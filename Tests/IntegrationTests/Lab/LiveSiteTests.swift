import Foundation
import Health
import OrderedCollections
import Testing
import YAML

extension OnTheLab {
    /// What a rehearsal leaves.
    @Suite struct LiveSite {
        @Test func answersThroughNginxWithAllServicesAndServers() async throws {
            let site = try await PublicSite()
            let reply = try await site.get("/health")
            #expect(reply.status == 200)
            let health = try reply.json()
            #expect(health["status"] == "healthy")
            let services = try #require(health["services"]?.map)
            #expect(services.count == 6)
            for (name, service) in services { #expect(service["status"] == "healthy", "\(name)") }
            for server in ["mysql", "redis"] {
                let roles = try #require(health[server]?["servers"]?.map).values.compactMap(\.string).sorted()
                #expect(roles == ["read-only", "writable"], "\(server)")
            }
        }

        @Test func statusNamesABalancerThatCannotBeReached() async throws {
            let folder = try Scratch()
            let elsewhere = try folder.write("elsewhere.yml", "all: {hosts: {lb1: {ansible_port: 9}}}")
            let outcome = try await TestLab.tool("status", more: ["-i", elsewhere, "--output", "json"])
            #expect(outcome.code == 4, "\(outcome.text)")
            let balancers = try #require(try outcome.document()["balancers"]?.list)
            #expect(balancers.count == 1 && balancers.first?["unreachable"]?.string != nil, "\(outcome.output)")
            #expect(outcome.output.contains("lb1: the balancer can't be asked"), "\(outcome.output)")
        }

        @Test func isFoundHealthyByTheHealthCommand() async throws {
            let outcome = try await TestLab.tool("health", more: ["--output", "json"])
            #expect(outcome.code == 0, "\(outcome.text)")
            let checks = try #require(try outcome.document().list)
            // Gateway and six services on two servers, and the public address.
            #expect(checks.count == 15)
            #expect(checks.allSatisfy { $0["healthy"] == true }, "\(outcome.output)")
        }

        @Test func sendsPlainHTTPToHTTPS() async throws {
            let site = try await PublicSite()
            let reply = try await site.get("/health", scheme: "http")
            #expect(reply.status == 301)
            #expect(reply.headers.contains { $0.name.lowercased() == "location" && $0.value.hasPrefix("https://") })
        }

        @Test(arguments: ["user", "order", "inventory", "approval", "logistics", "notification"])
        func replicatesARowOfEveryServiceWithinASecond(_ service: String) async throws {
            let id = UUID().uuidString
            let reply = try await PublicSite().write(id, service: service)
            #expect(reply.status == 201, "\(String(decoding: reply.body, as: UTF8.self))")
            let roles = try await DatabaseRoles()
            let arrived = try await eventually(within: .seconds(1), every: .milliseconds(20)) {
                try await TestLab.run(
                    roles.replica, "mysql -N -e \"SELECT COUNT(*) FROM intchain.\(service)_probes WHERE id='\(id)'\"")
                    == "1"
            }
            #expect(arrived != nil, "the row did not come to \(roles.replica)")
        }

        @Test func replicatesAKeyOfRedisWithinASecond() async throws {
            let id = UUID().uuidString
            let reply = try await PublicSite().write(id, store: "redis")
            #expect(reply.status == 201)
            let replica = try await #require(Self.redisReplica())
            let arrived = try await eventually(within: .seconds(1), every: .milliseconds(20)) {
                try await TestLab.run(replica, Redis.command("EXISTS intchain:user:probe:\(id)")) == "1"
            }
            #expect(arrived != nil, "the key did not come to \(replica)")
        }

        @Test func refusesWritesOnTheReplica() async throws {
            let roles = try await DatabaseRoles()
            let outcome = try await TestLab.shell(roles.replica, "mysql -e 'CREATE DATABASE written_to_a_replica'")
            #expect(outcome.code != 0)
            #expect(outcome.errors.contains("1290"), "\(outcome.text)")
        }

        private static func redisReplica() async throws -> String? {
            for host in ["redis1", "redis2"]
            where try await TestLab.run(host, Redis.command("ROLE")).hasPrefix("slave") { return host }
            return nil
        }
    }
}

/// Which database server is what, by their own word.
struct DatabaseRoles {
    let primary: String
    let replica: String

    init() async throws {
        var roles: [String: String] = [:]
        for host in ["db1", "db2"] { roles[try await TestLab.run(host, "mysql -N -e 'SELECT @@read_only'")] = host }
        primary = try #require(roles["0"], "no database server takes writes")
        replica = try #require(roles["1"], "no database server is a replica")
    }
}

enum Redis {
    /// A command for a Redis host's shell; the password travels in the environment, not in the arguments.
    static func command(_ words: String) -> String {
        """
        REDISCLI_AUTH=$(sed -n 's/^requirepass "\\(.*\\)"$/\\1/p' /etc/redis/redis.conf) redis-cli \(words)
        """
    }
}
