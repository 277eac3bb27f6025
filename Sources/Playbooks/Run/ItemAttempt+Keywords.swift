import Diagnostics
import Modules
import OrderedCollections
import Remote
import YAML

/// What the task's keywords come to for this item.
extension ItemAttempt {
    func checks(_ source: ScopeSource) throws -> Bool {
        guard let node = keywords.checkMode else { return site.options.check }
        return try site.templating.boolean(node, in: source.scope(), what: "check_mode")
    }

    func ignoresErrors(_ source: ScopeSource) throws -> Bool {
        guard let node = keywords.ignoreErrors else { return false }
        return try site.templating.boolean(node, in: source.scope(), what: "ignore_errors")
    }

    func setsDelegatesFacts(_ source: ScopeSource) throws -> Bool {
        guard let node = keywords.delegateFacts else { return false }
        return try site.templating.boolean(node, in: source.scope(), what: "delegate_facts")
    }

    /// True also when it can't be told: then nothing is shown.
    func isNoLog(_ source: ScopeSource) -> Bool {
        guard let node = keywords.noLog else { return false }
        return (try? site.templating.boolean(node, in: source.scope(), what: "no_log")) ?? true
    }

    func notified(_ source: ScopeSource) throws -> Set<Int> {
        guard !keywords.notify.isEmpty else { return [] }
        let scope = source.scope()
        let handlers = HandlerNames(context: execution.run.context, host: execution.host)
        return try keywords.notify.reduce(into: []) { found, node in
            let value = try site.templating.value(of: node, in: scope)
            for name in value.list ?? [value] {
                guard let text = name.string else {
                    throw Problem("notify: expected a handler's name, found \(name.kind)", at: node.place)
                }
                found.formUnion(try handlers.handlers(text, at: node.place))
            }
        }
    }

    func itemLabel(_ source: ScopeSource) -> String? {
        guard let item else { return nil }
        if let node = keywords.loopControl.label, let value = try? site.templating.value(of: node, in: source.scope()) {
            return value.string ?? value.json()
        }
        if let name = item["name"]?.string { return name }
        return item.string ?? item.json()
    }

    /// - Parameter fromHere: this item itself is still to come, too.
    func lookAhead(_ account: Become?, fromHere: Bool = false) -> LookAhead {
        let own = isLast && !fromHere ? [] : [(task: task, context: execution.run.context)]
        return LookAhead(host: execution.host, account: account, tasks: own + execution.ahead)
    }
}
