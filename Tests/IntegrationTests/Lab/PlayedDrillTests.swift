import Foundation
import Testing

extension OnTheLab {
    /// Disasters as `drill` plays them, from the fault until the site is as before.
    @Suite(
        .enabled(if: Release.isPacked, Release.reason),
        .enabled(if: Soak.isOn, "each takes minutes: scripts/test --soak"))
    struct PlayedDrills {
        @Test(arguments: ["lose-app", "cut-network"])
        func theSiteIsWholeAgainAfterwards(_ name: String) async throws {
            let outcome = try await TestLab.tool("drill", name, "--output", "json")
            #expect(outcome.code == 0, "\(outcome.text)")
            for sign in [#""plan_done": true"#, #""whole_again": true"#] {
                #expect(outcome.output.contains(sign), "\(outcome.text)")
            }
            print(outcome.output)
            try await Databases.expectHealthy()
            #expect(try await TestLab.tool("health").code == 0)
        }
    }
}
