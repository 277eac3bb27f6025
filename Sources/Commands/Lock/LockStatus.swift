import ArgumentParser
import OrderedCollections
import Playbooks
import Remote
import YAML

/// `intchainctl lock status`: who holds the site's lock, and where.
struct LockStatus: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Tell who holds the site's lock; exit code 5 when somebody does.")

    @OptionGroup var options: LockOptions

    func run() async throws {
        let context = Context.live()
        let (desk, hosts) = try options.desk(context)
        let rows = await desk.look(at: hosts)
        await desk.close()
        rows.sayFailures(on: context.console)
        show(rows, on: context.console)
        if rows.record != nil { try ExitStatus.lockHeld.throwUnlessDone() }
        if rows.allFailed { try ExitStatus.hostUnreachable.throwUnlessDone() }
    }

    private func show(_ rows: [LockDesk.Row], on console: Console) {
        guard options.output.output == .text else {
            return console.print(Value.list(rows.map(Self.value)).json(pretty: options.output.output == .json))
        }
        guard rows.record != nil else {
            if !rows.allFailed { console.print("nobody holds the site's lock") }
            return
        }
        var table = Table(["host", "holder", "machine", "since", "heartbeat", "what"])
        for row in rows {
            guard let sighting = try? row.sighting.get(), let record = sighting.record else { continue }
            let beat = record.message != nil ? "by hand" : "\(sighting.age ?? 0) s ago"
            table.add([
                row.host, record.holder, record.machine, record.since, beat, record.message ?? record.command,
            ])
        }
        for line in table.lines(style: Style(isColoured: console.colours)) { console.print(line) }
    }

    private static func value(_ row: LockDesk.Row) -> Value {
        switch row.sighting {
        case .failure(let error): return ["host": .string(row.host), "error": .string("\(error)")]
        case .success(let sighting):
            guard let record = sighting.record else { return ["host": .string(row.host), "holder": .null] }
            return [
                "host": .string(row.host), "holder": .string(record.holder), "machine": .string(record.machine),
                "pid": .int(record.pid), "run": .string(record.run), "command": .string(record.command),
                "since": .string(record.since), "message": record.message.map { .string($0) } ?? .null,
                "heartbeat_age": sighting.age.map { .int($0) } ?? .null,
            ]
        }
    }
}
