import Foundation
import Testing

extension OnTheLab {
    /// When a server that was taken out of Nginx gets no request any more.
    @Suite struct DrainedServer {
        /// A worker of before the reload knows nothing of the drain, and has yet to answer whom it let in.
        @Test func isIdleOnlyWhenNobodyIsLeftWhoWouldStillBeSentThere() async throws {
            let site = try await PublicSite()
            let begun = try Scratch()
            async let client = Program.run([
                "python3", "-c",
                """
                import http.client, ssl, sys, time
                connection = http.client.HTTPSConnection(sys.argv[1], context=ssl._create_unverified_context(), timeout=30)
                connection.connect()
                open(sys.argv[2], "w").close()
                time.sleep(4)
                connection.request("GET", "/health")
                print(connection.getresponse().status)
                """, site.address, begun.file("connected"),
            ])
            let connected = try await eventually(within: .seconds(10), every: .milliseconds(50)) {
                FileManager.default.fileExists(atPath: begun.file("connected"))
            }
            #expect(connected != nil)
            let drained = try await TestLab.tool("drain", "app1")
            let left = try await TestLab.run("lb1", "pgrep -fc '^nginx: worker process is shutting down' || true")
            let answer = try await client
            #expect(try await TestLab.tool("undrain", "app1").code == 0)
            #expect(drained.code == 0, "\(drained.text)")
            #expect(left == "0")
            #expect(answer.output == "200\n", "\(answer.text)")
        }
    }
}
