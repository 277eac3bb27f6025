import ArgumentParser
import Playbooks
import YAML

/// `intchainctl health`: asks every service on every app server, and the public address, once.
struct HealthCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "health", abstract: "Ask every service on every app server, and the public address.")

    @OptionGroup var flags: RunFlags

    func run() async throws {
        let context = Context.live()
        let runner = PlaybookCommand(context: context, flags: flags)
        let loaded = try runner.load(try SitePlaybook("health", context: context).path)
        let collector = ResultCollector(key: "checks")
        let site = context.site(loaded.inventory, options: loaded.options, observer: collector)
        let recap = try await PlaybookRun(loaded.playbook, on: site).execute()
        show(collector.rows(of: recap), recap: recap, on: context.console)
        try ExitStatus(of: recap).throwUnlessDone()
    }

    private func show(_ rows: [ResultCollector.Row], recap: Recap, on console: Console) {
        guard flags.output.output == .text else {
            return console.print(Value.list(rows.map(\.value)).json(pretty: flags.output.output == .json))
        }
        let style = Style(isColoured: console.colours)
        var table = Table(["host", "check", "health", "code", "latency", "answer"])
        for row in rows { table.add(row.cells) }
        for line in table.lines(style: style) { console.print(line) }
        for host in recap.hosts { if let reason = host.unreachable { console.say(reason) } }
        let sick = rows.count { !$0.isHealthy }
        console.say(
            sick == 0 && !recap.unreachable && !recap.failed
                ? style("all \(rows.count) checks are healthy", .green)
                : style("\(sick) of \(rows.count) checks failed", .red))
    }
}

extension ResultCollector.Row {
    /// Of a health check: it answered well.
    fileprivate var isHealthy: Bool { value["healthy"] == true }

    fileprivate var cells: [String] {
        let status = value["status"]?.int.map(String.init) ?? "-"
        let latency = value["latency_ms"]?.int.map { "\($0) ms" } ?? "-"
        let answer = isHealthy ? "" : value["error"]?.string ?? value["excerpt"]?.string ?? ""
        let firstLine = answer.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        return [host, value["name"]?.string ?? "?", isHealthy ? "ok" : "failed", status, latency, firstLine]
    }
}
