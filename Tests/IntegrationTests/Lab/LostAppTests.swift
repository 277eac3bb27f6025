import Foundation
import Health
import Testing
import YAML

extension OnTheLab {
    /// Fault 27: nothing reaches an app server any more. Its packets are dropped, not refused, so every request that Nginx
    /// gives it waits.
    @Suite(
        .enabled(if: Release.isPacked, Release.reason),
        .enabled(if: Soak.isOn, "takes a minute: scripts/test --soak"))
    struct LostApp {
        @Test func anAppServerThatIsGoneIsTakenOutAndRequestsAreQuickAgain() async throws {
            let site = try await PublicSite()
            try await site.prepareReads()
            let before = try await Self.slowest(site)
            let history = try WriteHistory()
            var whileGone = before
            var afterwards = before
            let heard = try await Webhook.hearing { address in
                try await history.during {
                    try await Databases.cut("app2", from: nil)
                    whileGone = try await Self.slowest(site)
                    let drained = try await TestLab.tool(
                        "drain", "app2", "--timeout", "3", more: ["-e", "notify_url_secret=\(address)"])
                    #expect(drained.code == 0, "\(drained.text)")
                    #expect(
                        try await TestLab.run("lb1", "cat /etc/nginx/upstreams/api_gateway.conf").contains(" down;"))
                    afterwards = try await Self.slowest(site)
                    let last = try await TestLab.tool("drain", "app1", "--timeout", "3")
                    #expect(last.code == 2 && last.text.contains("the last healthy server"), "\(last.text)")
                }
                try await Databases.heal("app2")
                let back = try await TestLab.tool("undrain", "app2", more: ["-e", "notify_url_secret=\(address)"])
                #expect(back.code == 0, "\(back.text)")
            }
            #expect(try await history.expectNoPhantom(on: try await DatabaseRoles().primary).isEmpty)
            let told = heard.map { "\($0["command"]?.string ?? "") \($0["event"]?.string ?? "")" }
            #expect(told == ["drain app2 started", "drain app2 done", "undrain app2 started", "undrain app2 done"])
            print("200 reads: \(before) before; \(whileGone) while app2 is gone; \(afterwards) without it")
            // Nginx asks a server that fails only now and then: of two hundred, one may have met it.
            #expect(whileGone.slowest > .seconds(1), "app2 was never asked")
            #expect(afterwards.nearly < .seconds(1) && before.failed + afterwards.failed == 0)
            #expect(try await TestLab.tool("health").code == 0)
        }

        /// The longest time and the 99th percentile. Requests that wait at a server when it goes may fail.
        private static func slowest(
            _ site: PublicSite
        ) async throws -> (slowest: Duration, nearly: Duration, failed: Int) {
            var times: [Duration] = []
            var failed = 0
            for _ in 1...200 {
                let start = ContinuousClock.now
                let reply = try? await site.get("/api/user/probes/\(PublicSite.readProbe)")
                times.append(ContinuousClock.now - start)
                if reply?.status != 200 { failed += 1 }
            }
            times.sort()
            return (times[199], times[197], failed)
        }
    }
}
