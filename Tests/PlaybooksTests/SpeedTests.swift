import Playbooks
import Remote
import Testing

/// What makes other tools slow: a cost for each task, each fact, each host, that this one must not have. Costs are
/// counted in round trips and connections, never timed.
@Suite struct SpeedTests {
    /// Ansible takes 1.5 s for each of them (ansible/ansible#15083).
    @Test func aHundredAndTwentyNineUnchangedTasksCostOneRoundTripNotOneEach() async throws {
        let root = try Scratch()
        for number in 0..<129 { try root.write("\(number)", "\(number)") }
        let tasks = (0..<129).map { "    - copy: { dest: '\(root.path)/\($0)', content: '\($0)' }\n" }
        let run = try await Project("- hosts: all\n  tasks:\n\(tasks.joined())").run()
        #expect(run.count().ok == 129)
        #expect(run.count().changed == 0)
        #expect(run.roundTrips() == 1)
    }

    /// Each transfers a module and starts an interpreter elsewhere (ansible/ansible#76380).
    @Test func tenCommandsCostTenRoundTripsAndOneFragmentEach() async throws {
        let run = try await Project(
            """
            - hosts: all
              tasks:
                - command: echo {{ item }}
                  loop: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
            """
        ).run()
        #expect(run.roundTrips() == 10)
        #expect(run.transport.roundTrips.map(\.fragments.count) == Array(repeating: 1, count: 10))
    }

    /// What is seen beyond the next changes is stale before it is read: forty changes that looked at all the rest would
    /// look eight hundred times.
    @Test func aChangeLooksAsFarAsTheNextOnesAndNotAtAllThatComes() async throws {
        let root = try Scratch()
        let tasks = (0..<40).map { "    - file: { path: '\(root.path)/d\($0).', state: directory }\n" }
        let run = try await Project("- hosts: all\n  tasks:\n\(tasks.joined())").run()
        #expect(run.count().changed == 40)
        #expect(run.roundTrips() == 41)
        let looks = run.transport.roundTrips.filter { trip in
            trip.fragments.contains { $0.effect == .reads && $0.shell.text.contains("/d39.") }
        }
        #expect((2...6).contains(looks.count), "the last directory was looked at \(looks.count) times")
    }

    /// The first makes what nine others want: each was expected to change something, and has nothing to do.
    @Test func whatAChangeHasMadeForOthersTooIsSeenInFewRoundTrips() async throws {
        let root = try Scratch()
        let paths = (1...10).reversed().map { root.path + String(repeating: "/d", count: $0) }
        let tasks = (paths + ["\(root.path)/e"]).map { "    - file: { path: '\($0)', state: directory }\n" }
        let run = try await Project("- hosts: all\n  tasks:\n\(tasks.joined())").run()
        #expect(run.count().changed == 2)
        #expect(run.count().ok == 11)
        #expect(run.roundTrips() <= 5)
    }

    /// At 50 ms away, twenty facts took a second (pyinfra#17).
    @Test func twentyFactsCostOneRoundTripNotTwenty() async throws {
        let root = try Scratch()
        let tasks = (0..<20).map { number in
            """
                - stat: { path: '\(root.path)/\(number)' }
                  register: fact\(number)

            """
        }
        let run = try await Project("- hosts: all\n  tasks:\n\(tasks.joined())").run()
        #expect(run.count().ok == 20)
        #expect(run.roundTrips() == 1)
    }

    /// "Parallel" was mostly linear in the number of hosts (capistrano/sshkit#326): here none is done before all have
    /// begun, so a host that waited for another's end would wait for ever.
    @Test(.timeLimit(.minutes(10))) func hostsAreReachedSideBySideNotOneAfterTheOther() async throws {
        let hosts = (0..<20).map { "h\($0)" }
        let meeting = Meeting(of: hosts.count)
        let run = try await Project("- hosts: all\n  tasks:\n    - ping:\n", hosts: hosts).run {
            await meeting.arrive()
        }
        #expect(run.recap.hosts.map(\.ok) == Array(repeating: 1, count: hosts.count))
    }

    /// A pool whose key was made anew opened a second one (capistrano/sshkit#369).
    @Test func oneConnectionServesAllPlaysOfAHost() async throws {
        let play = "- hosts: all\n  tasks:\n    - command: 'true'\n    - stat: { path: /tmp }\n"
        let run = try await Project(play + play + play, hosts: ["one", "two"]).run()
        #expect(run.transport.connections.sorted() == ["one", "two"])
    }
}

/// All wait for all.
private actor Meeting {
    private var missing: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(of count: Int) { missing = count }

    func arrive() async {
        missing -= 1
        guard missing <= 0 else { return await withCheckedContinuation { waiting.append($0) } }
        for one in waiting { one.resume() }
        waiting = []
    }
}
