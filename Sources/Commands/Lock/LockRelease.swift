import ArgumentParser
import Playbooks
import Remote

/// `intchainctl lock release`: gives back a lock taken by hand, or one that a dead run left.
struct LockRelease: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release", abstract: "Give back a lock that was taken by hand, or that a dead run left behind.")

    @OptionGroup var options: LockOptions

    func run() async throws {
        let context = Context.live()
        let (desk, hosts) = try options.desk(context)
        let rows = await desk.look(at: hosts)
        let tokens = rows.compactMap { try? $0.sighting.get().record?.token }
        try refuseIfAlive(rows)
        var last = rows
        for token in Set(tokens) { last = await desk.release(token, on: hosts) }
        await desk.close()
        last.sayFailures(on: context.console)
        if last.allFailed { try ExitStatus.hostUnreachable.throwUnlessDone() }
        if let record = last.record {
            throw CommandFailure("the lock is still held by \(record.sentence)", status: .lockHeld)
        }
        context.console.say(tokens.isEmpty ? "nobody holds the site's lock" : "the site's lock is free")
    }

    private func refuseIfAlive(_ rows: [LockDesk.Row]) throws {
        for row in rows {
            guard let sighting = try? row.sighting.get(), let record = sighting.record, record.message == nil,
                let age = sighting.age, age < SiteLock.Terms().deadAfter
            else { continue }
            throw CommandFailure(
                "\(row.host): the lock's holder lives: \(record.sentence), heartbeat \(age) s ago",
                hint: "stop that run (Ctrl-C gives the lock back), or wait until its heartbeat has stopped",
                status: .lockHeld)
        }
    }
}
