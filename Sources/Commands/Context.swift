import CurlProbe
import Databases
import Fleet
import Health
import Modules
import Playbooks
import Remote
import Rollouts
import SSHTransport
import YAML

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What commands reach the world through: the one place where protocols meet their implementations.
struct Context: Sendable {
    var environment: [String: String]
    var console: Console
    var files: any ProjectFiles
    var registry: ModuleRegistry
    var transports: Site.Transports
    var http: any HTTPProbe
    /// Whom a task may ask; nil without a terminal.
    var prompt: (any Prompt)?
    /// What a signal asks for.
    var stop = StopRequest()

    /// The real ones.
    static func live() -> Context {
        let environment = ProcessInfo.processInfo.environment
        let console = Console(environment: environment)
        let ssh = LibSSHTransport { host, text in console.sayAside("\(host): \(text)") }
        return Context(
            environment: environment, console: console, files: LocalProjectFiles(),
            registry: ModuleRegistry.builtin.adding(RolloutModules.all).adding(DatabaseModules.all),
            transports: Site.Transports(ssh: ssh, local: LocalTransport()), http: CurlProbe(),
            prompt: TerminalPrompt(console),
            stop: Signals.stop ?? StopRequest())
    }

    func site(
        _ inventory: Inventory, options: RunOptions, observer: any RunObserver, lock: SiteLock? = nil,
        journal: (any StepJournal)? = nil
    ) -> Site {
        Site(
            inventory: inventory, options: options, transports: transports, http: http, observer: observer,
            files: files, lock: lock, stop: stop, journal: journal, prompt: prompt)
    }
}
