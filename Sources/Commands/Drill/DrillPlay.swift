import Playbooks

/// A drill from the first write to the report.
struct DrillPlay: Sendable {
    let name: String
    let drill: Drill
    let host: String
    let own: OwnCommand
    let stop: StopRequest
    let writer: DrillWriter

    /// - Throws: `CommandFailure` when the site is not well before, or the fault did not happen.
    func report() async throws -> DrillReport {
        for words in drill.preparation { try await require(words) }
        guard await writer.writeOne() else {
            throw CommandFailure(
                "the site takes no writes, so nothing could be seen",
                hint: "deploy to the lab first; intchainctl health tells what is wrong")
        }
        own.console.say("drill: \(drill.story)")
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await writer.write() }
            defer { writer.stop() }
            return try await play()
        }
    }

    private func play() async throws -> DrillReport {
        try await Task.sleep(for: .seconds(2))
        let reply = try await own.shell(host, drill.fault)
        guard reply.code == 0, reply.text.contains("done") else {
            throw CommandFailure("the fault did not happen on \(host): \(reply.text)", status: .hostFailed)
        }
        if drill.isDelayed { try await Task.sleep(for: .milliseconds(1200)) }
        let fault = ContinuousClock.now
        let detected = try await detect(since: fault)
        let isPlanDone = try await all(drill.plan)
        if let undo = drill.undo { try await own.shell(host, undo) }
        let isMended = try await mend()
        // The last gap must be seen to its end.
        try await Task.sleep(for: .seconds(2))
        writer.stop()
        let isWell = try await own.answer(["db", "status"]).code == 0
        let last = await writer.writeOne()
        var report = DrillReport(
            name, on: host, sign: drill.sign, writes: writer.writes, fault: fault, found: try await stored())
        report.detected = detected
        report.isPlanDone = isPlanDone
        report.isWholeAgain = isMended && isWell && last
        return report
    }

    private func detect(since fault: ContinuousClock.Instant) async throws -> Duration? {
        own.console.say("$ intchainctl \(drill.sign.joined(separator: " "))")
        for _ in 0..<30 where !stop.isRequested {
            let answer = try await own.answer(drill.sign)
            guard answer.code == 0 else {
                for line in answer.text.split(separator: "\n").suffix(4) { own.console.say("    \(line)") }
                return ContinuousClock.now - fault
            }
            try await Task.sleep(for: .milliseconds(300))
        }
        return nil
    }

    /// The plan is an operator's: a command that fails ends it.
    private func all(_ commands: [[String]]) async throws -> Bool {
        for words in commands { guard try await own.run(words) == 0 else { return false } }
        return true
    }

    /// Hosts come back, replicas catch up: each command gets some time. A drill that is stopped still tidies up.
    private func mend() async throws -> Bool {
        for words in drill.mending {
            own.console.say("$ intchainctl \(words.joined(separator: " "))")
            let end = ContinuousClock.now + .seconds(Drill.cutSeconds + 60)
            var answer = try await own.answer(words)
            while answer.code != 0, ContinuousClock.now < end {
                try await Task.sleep(for: .seconds(2))
                answer = try await own.answer(words)
            }
            guard answer.code == 0 else {
                for line in answer.text.split(separator: "\n").suffix(8) { own.console.say("    \(line)") }
                return false
            }
        }
        return true
    }

    private func require(_ words: [String]) async throws {
        guard try await own.run(words) == 0 else {
            throw CommandFailure("the drill could not be prepared", status: .hostFailed)
        }
    }

    /// The ids that the database has now.
    private func stored() async throws -> Set<String> {
        let statement = "SELECT id FROM intchain.user_probes WHERE id LIKE '\(writer.run)-%'"
        let answer = try await own.answer(["run", "db[0]", "-b", "--", "mysql", "-N", "-e", statement])
        return Set(answer.text.split(separator: "\n").map(String.init).filter { $0.hasPrefix(writer.run) })
    }
}
