import Playbooks
import Testing

@Suite struct ThrottleTests {
    /// Six hosts that each take a while at a task.
    private func most(_ throttle: String, strategy: String = "free") async throws -> Int {
        let run = try await Project(
            """
            - hosts: all
              gather_facts: false
              strategy: \(strategy)
              vars: { places: 2 }
              tasks:
                - name: Take a while
                  debug: { msg: "{{ item }}" }
                  loop: [1, 2]
                  loop_control: { pause: 0.2 }
                  \(throttle)
            """, hosts: (0..<6).map { "h\($0)" }
        ).run()
        var (now, most) = (0, 0)
        for event in run.recorder.all {
            switch event {
            case .taskStarted: now += 1
            // The second item's report is the task's end.
            case .taskFinished(let report) where report.item == "2": now -= 1
            default: break
            }
            most = max(most, now)
        }
        #expect(now == 0)
        return most
    }

    @Test(arguments: ["free", "linear"])
    func onlySoManyHostsAreAtATaskAtOnce(strategy: String) async throws {
        #expect(try await most("throttle: 2", strategy: strategy) == 2)
        #expect(try await most("throttle: '{{ places - 1 }}'", strategy: strategy) == 1)
    }

    @Test func withoutItOrWithNoughtAllHostsAre() async throws {
        #expect(try await most("tags: all-of-them") > 2)
        #expect(try await most("throttle: 0") > 2)
    }

    @Test func aWordIsNoNumberOfHosts() throws {
        let problems = try Project("- hosts: all\n  tasks:\n    - debug:\n      throttle: many\n").problems()
        #expect(problems.contains { $0.contains("throttle: expected a number") }, "\(problems)")
    }
}
