import ArgumentParser
import Playbooks

/// `intchainctl lock acquire -m TEXT`: keeps every changing run out until `lock release`.
struct LockAcquire: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "acquire", abstract: "Take the site's lock by hand; it stays until 'lock release'.")

    @Option(name: .shortAndLong, help: "Why: what others are told who find the site locked.")
    var message: String

    @OptionGroup var options: LockOptions
    @OptionGroup var lock: LockFlags

    func run() async throws {
        let context = Context.live()
        guard message.contains(where: { !$0.isWhitespace }) else {
            throw CommandFailure("the message is empty", hint: "write -m 'why the site is locked'", status: .usage)
        }
        let identity = RunIdentity("lock acquire", environment: context.environment)
        let console = context.console
        let siteLock = SiteLock(identity.lockRecord(message: message), terms: lock.terms, stop: context.stop) {
            console.say($0)
        }
        let (desk, hosts) = try options.desk(context, lock: siteLock)
        let missing: [LockDesk.Row]
        do { missing = try await desk.take(siteLock, on: hosts) } catch let refusal as LockRefusal {
            throw CommandFailure("\(refusal)", status: .lockHeld)
        }
        await desk.close()
        missing.sayFailures(on: console)
        guard missing.count < hosts.count else { return try ExitStatus.hostUnreachable.throwUnlessDone() }
        console.say("the site is locked on \(hosts.count - missing.count) hosts: \(message)")
    }
}
