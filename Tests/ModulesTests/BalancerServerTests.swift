import OrderedCollections
import Remote
import Testing
import YAML

@testable import Modules

/// On a real host with nginx (its configuration includes /etc/nginx/conf.d/intchain-upstream.conf and passes port 80 to
/// the upstream api_gateway), and Supervisor running web1 and web2 on ports 5001 and 5002: INTCHAIN_TEST_BALANCER runs
/// `sh` as root on it.
@Suite(
    .enabled(if: ServerShell(environment: "INTCHAIN_TEST_BALANCER") != nil, "INTCHAIN_TEST_BALANCER names no host"),
    .serialized)
struct BalancerServerTests {
    private let server: ServerShell

    init() throws {
        server = try #require(ServerShell(environment: "INTCHAIN_TEST_BALANCER"))
        let upstream = try Make.module(
            UpstreamModule.self,
            ["name": "api_gateway", "servers": ["127.0.0.1:5001", "127.0.0.1:5002"], "options": "max_fails=0"])
        _ = try server.text("rm -f /etc/nginx/conf.d/*")
        #expect(try server.converge(upstream).count == 1)
        #expect(try server.converge(upstream).isEmpty)
        _ = try server.text("nginx -t && systemctl restart nginx")
    }

    private func drain(_ port: Int, _ state: String) async throws -> Bool {
        let module = try Make.module(
            DrainModule.self, ["server": .string("127.0.0.1:\(port)"), "state": .string(state), "timeout": 5])
        return try await module.act(on: ServerHost(shell: server)).changed
    }

    private func supervisor(_ name: String, _ state: String) throws -> [String] {
        try server.converge(Make.module(SupervisorctlModule.self, ["name": .string(name), "state": .string(state)]))
    }

    @Test func restartsBothServersWithoutAFailedRequest() async throws {
        let load = """
            rm -f /tmp/load.out /tmp/load.stop; nohup python3 -c "
            import http.client,os,time
            end=time.time()+120; good=bad=0; c=None
            while time.time()<end and not os.path.exists('/tmp/load.stop'):
                try:
                    c=c or http.client.HTTPConnection('127.0.0.1',80,timeout=5)
                    c.request('GET','/health'); r=c.getresponse(); r.read()
                    if r.status==200: good+=1
                    else: bad+=1
                except Exception as e:
                    bad+=1; c=None
            print(good,bad)" >/tmp/load.out 2>&1 </dev/null &
            """
        _ = try server.text(load)
        let before = try server.text("supervisorctl pid web1 web2 | tr '\\n' ' '")
        for (name, port) in [("web1", 5001), ("web2", 5002)] {
            #expect(try await drain(port, "drained"))
            #expect(try await !drain(port, "drained"))
            #expect(try supervisor(name, "restarted") == ["restart \(name)"])
            #expect(try await drain(port, "active"))
        }
        #expect(try server.text("supervisorctl pid web1 web2 | tr '\\n' ' '") != before)
        let counts = try server.text(
            "touch /tmp/load.stop; for i in $(seq 30); do [ -s /tmp/load.out ] && break; sleep 1; done; cat /tmp/load.out"
        )
        .split(separator: " ").compactMap { Int($0) }
        try #require(counts.count == 2)
        #expect(counts[0] > 100)
        #expect(counts[1] == 0)
    }

    @Test func neverDrainsTheLastServer() async throws {
        #expect(try await drain(5001, "drained"))
        let upstream = try Make.module(
            UpstreamModule.self,
            ["name": "api_gateway", "servers": ["127.0.0.1:5001", "127.0.0.1:5002"], "options": "max_fails=0"])
        #expect(try server.converge(upstream).isEmpty)
        let failure = await #expect(throws: ModuleFailure.self) { try await drain(5002, "drained") }
        #expect(failure?.message.contains("is the last server that is up") == true)
        #expect(try await drain(5001, "active"))
    }

    @Test func touchesNothingWhenTheConfigurationIsBroken() async throws {
        _ = try server.text(
            "echo 'nonsense;' >/etc/nginx/conf.d/zz.conf; sed -i 's,^http {,http { include /etc/nginx/conf.d/zz.conf;,' /etc/nginx/nginx.conf"
        )
        let before = try server.text("cat /etc/nginx/conf.d/intchain-upstream.conf")
        let failure = await #expect(throws: ModuleFailure.self) { try await drain(5001, "drained") }
        #expect(failure?.message.contains("nothing was changed") == true)
        #expect(try server.text("cat /etc/nginx/conf.d/intchain-upstream.conf") == before)
        #expect(try server.text("curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1/health") == "200")
        _ = try server.text(
            "sed -i 's, include /etc/nginx/conf.d/zz.conf;,,' /etc/nginx/nginx.conf; rm /etc/nginx/conf.d/zz.conf")
    }

    @Test func startsAndStopsAProgram() throws {
        #expect(try supervisor("web1", "started").isEmpty)
        #expect(try supervisor("web1", "stopped") == ["stop web1"])
        #expect(try supervisor("web1", "stopped").isEmpty)
        #expect(try supervisor("web1:", "started") == ["start web1:"])
        #expect(try supervisor("web1", "present").isEmpty)
        _ = try server.text(
            "printf '[program:bad]\\ncommand=/bin/false\\nstartretries=0\\n' >/etc/supervisor/conf.d/bad.conf")
        #expect(try supervisor("bad", "present") == ["add bad to supervisor"])
        #expect(throws: ModuleFailure.self) { try supervisor("bad", "started") }
        _ = try server.text("rm /etc/supervisor/conf.d/bad.conf")
        #expect(try supervisor("bad", "absent") == ["remove bad from supervisor"])
        #expect(try supervisor("bad", "absent").isEmpty)
    }
}
