import ArgumentParser
import Fleet
import Playbooks
import YAML

/// `intchainctl status`: what runs where, by `playbooks/status.yml`, and what the journals say is unfinished.
struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Show what runs on each app server: release, health, place in Nginx; exit code 2 when anything is off.",
        discussion: """
            Off is: servers that run different releases, one whose release did not come through its rollout, one that is \
            unhealthy, silent or out of Nginx, a balancer that does not answer, and a rollout that waits to be resumed or \
            aborted. The exit code is 4 when nothing is off but that servers or balancers can't be reached.
            """)

    @OptionGroup var flags: RunFlags

    func run() async throws {
        let context = Context.live()
        let (status, recap) = try await survey(context)
        if flags.output.output == .text {
            show(status, on: context.console)
        } else {
            context.console.print(status.value.json(pretty: flags.output.output == .json))
        }
        try ExitStatus(of: recap, status).throwUnlessDone()
    }

    private func survey(_ context: Context) async throws -> (SiteStatus, Recap) {
        let command = PlaybookCommand(context: context, flags: flags)
        let loaded = try command.load(try SitePlaybook("status", context: context).path)
        let (releases, checks) = (ResultCollector(key: "releases"), ResultCollector(key: "checks"))
        let (upstreams, failures) = (ResultCollector(key: "upstreams"), FailureCollector())
        let observer = PairedView(
            first: PairedView(first: releases, second: checks), second: PairedView(first: upstreams, second: failures))
        let site = context.site(loaded.inventory, options: loaded.options, observer: observer)
        let recap = try await PlaybookRun(loaded.playbook, on: site).execute()
        let desk = try RunDesk(command, loaded)
        let runs = await desk.look()
        await desk.close()
        func silence(of host: HostRecap) -> String? {
            host.unreachable ?? failures.all.first { $0.host == host.host }.map { $0.message ?? "failed" }
        }
        let names = Set(try loaded.inventory.hosts(matching: "app"))
        let servers = try recap.hosts.filter { names.contains($0.host) }.map { host in
            SiteStatus.Server(
                host.host, at: try site.variable("ansible_host", of: host.host)?.string ?? host.host,
                releases: releases.rows, checks: checks.rows, upstreams: upstreams.rows,
                silence: silence(of: host))
        }
        let balancers = recap.hosts.filter { !names.contains($0.host) }.map {
            SiteStatus.Balancer(host: $0.host, silence: silence(of: $0))
        }
        return (SiteStatus(servers: servers, balancers: balancers, open: runs.open), recap)
    }

    private func show(_ status: SiteStatus, on console: Console) {
        let style = Style(isColoured: console.colours)
        var table = Table(["host", "release", "since", "before", "health", "nginx", "bad"])
        for server in status.servers {
            table.add([
                server.host, server.live ?? "-", server.since ?? "-", server.previous ?? "-", server.health,
                server.place,
                server.bad.isEmpty ? "-" : server.bad.joined(separator: " "),
            ])
        }
        for line in table.lines(style: style) { console.print(line) }
        for finding in status.findings { console.say(style(finding, .red)) }
        if status.findings.isEmpty { console.say(style("every server serves the same release and is well", .green)) }
    }
}
