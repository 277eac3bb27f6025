import ArgumentParser
import Databases
import Modules
import Playbooks
import YAML

/// `intchainctl failover redis`: another Redis server takes the writes, by `playbooks/failover-redis.yml`.
struct FailoverRedis: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "redis", abstract: "Let another Redis server take the writes.",
        discussion: """
            --planned while the primary lives: no write is lost, and when that takes too long everything stays as it is.

            Without it the primary has to be dead, to us and to every replica. It is stopped over SSH and recorded as a \
            replica, or its port is cut off on every client. What it had not yet sent is lost.

            With redis_profile: sentinel it is Sentinel that moves the writes. It is asked to with --planned; without it, \
            what it decides by itself is waited for and told.
            """)

    @Flag(help: "The primary lives: lose no write.")
    var planned = false

    @Option(name: .customLong("to"), help: ArgumentHelp("The new primary.", valueName: "host"))
    var target: String?

    @Option(
        name: .customLong("within"),
        help: ArgumentHelp("How long writes may wait for the new primary.", valueName: "duration"),
        transform: { try TimeSpan($0).duration })
    var patience: Duration = .seconds(10)

    @Option(
        help: ArgumentHelp(
            "Your word that this dead primary takes no write any more: it is switched off, or its cable is pulled.",
            valueName: "host"))
    var fenced: String?

    @OptionGroup var confirmation: ConfirmationFlags

    @OptionGroup var flags: RunFlags

    @OptionGroup var lock: LockFlags

    func run() async throws {
        let context = Context.live()
        var flags = flags
        if !planned { flags.connection.timeout = min(flags.connection.timeout, 3) }
        let survey = RedisSurvey(context: context, flags: flags)
        if planned { return try await move(try await survey.topology(), context, flags) }
        try await survey.early(within: 2).use { try await move($0, context, flags) }
    }

    private func move(_ topology: RedisTopology, _ context: Context, _ flags: RunFlags) async throws {
        for line in topology.tree { context.console.say(line) }
        let plan: RedisMove
        do { plan = try RedisMove(topology, to: target, fenced: fenced, isPlanned: planned) } catch {
            throw CommandFailure("\(error)", hint: "nothing was changed", status: .hostFailed)
        }
        for (number, step) in plan.steps.enumerated() { context.console.say("  \(number + 1). \(step)") }
        try confirmation.confirm("Let \(plan.to) take the writes?", console: context.console)
        var command = PlaybookCommand(context: context, flags: flags)
        let result = FailoverResult()
        command.addition = { result.addition }
        let loaded = try command.load(
            try SitePlaybook("failover-redis", context: context).path,
            variables: [
                "failover_planned": .bool(planned), "failover_desk": .string(plan.to),
                "failover_suspect": .string(planned ? "" : plan.from ?? ""),
                "failover_to": .string(target ?? ""),
                "failover_timeout": .int(max(1, Int(patience.components.seconds))),
                "failover_fenced": .string(fenced ?? ""),
            ])
        try await command.runTelling(
            loaded, as: planned ? "failover redis --planned" : "failover redis", lock, also: result)
    }
}

/// What a failover of Redis will do, as the profile has it.
private struct RedisMove {
    var from: String?
    var to: String
    var steps: [String]

    /// - Throws: `ModuleFailure` when something stands against it.
    init(_ topology: RedisTopology, to target: String?, fenced: String?, isPlanned: Bool) throws {
        let isMoved: Bool
        if topology.circle != nil {
            guard fenced == nil else {
                throw ModuleFailure("--fenced means nothing here: Sentinel decides, and fences nobody")
            }
            let plan = try SentinelSwitch(topology, to: target, isPlanned: isPlanned)
            (from, to, steps, isMoved) = (plan.from, plan.to, plan.steps(isPlanned: isPlanned), plan.isMoved)
        } else {
            let plan = try RedisSwitch(topology, to: target, isPlanned: isPlanned)
            (from, to, steps, isMoved) = (plan.from, plan.to, plan.steps(isPlanned: isPlanned), plan.isMoved)
        }
        if !isPlanned, isMoved, topology.alarms.isEmpty {
            throw ModuleFailure("\(to) is not dead: it takes writes\nto move them: --planned")
        }
    }
}
