import Diagnostics
import YAML

/// Finds a play's handlers by what tasks notify: names, which may hold templates, and topics.
struct HandlerNames {
    let context: PlayContext
    let host: String

    init(context: PlayContext, host: String) {
        self.context = context
        self.host = host
    }

    /// The handler of that name and all that listen to it.
    ///
    /// Of several with one name, the first of the last list wins: the play's own before the roles', as in Ansible.
    /// - Throws: `Problem` when there is none.
    func handlers(_ name: String, at place: Place?) throws -> Set<Int> {
        let all = context.play.handlers
        let listening = all.filter { $0.keywords.listen.contains(name) }.map(\.id)
        let named = lists(all).reversed().lazy.compactMap { list in list.first { names(of: $0).contains(name) } }.first
        let found = Set(listening + (named.map { [$0.id] } ?? []))
        guard !found.isEmpty else {
            throw Problem(
                "there is no handler '\(name)' in this play", at: place,
                hint: Suggestion.hint(for: name, among: all.flatMap { names(of: $0) + $0.keywords.listen }))
        }
        return found
    }

    /// A role's handlers are a list, and so are the play's.
    private func lists(_ handlers: [PlaybookTask]) -> [[PlaybookTask]] {
        handlers.reduce(into: []) { lists, handler in
            if let last = lists.last?.last, last.roleName == handler.roleName {
                lists[lists.count - 1].append(handler)
            } else {
                lists.append([handler])
            }
        }
    }

    func names(of handler: PlaybookTask) -> [String] {
        guard let node = handler.name else { return [] }
        let source = ScopeSource(site: context.site, host: host, play: context, task: handler)
        // A name that can't be told for this host is nobody's.
        guard case .string(let name)? = try? context.site.templating.value(of: node, in: source.scope()) else {
            return []
        }
        return [name] + (handler.roleName.map { ["\($0) : \(name)"] } ?? [])
    }
}

extension PlayContext {
    func handlers(_ ids: Set<Int>) -> [TaskAhead] {
        guard !ids.isEmpty else { return [] }
        return play.handlers.filter { ids.contains($0.id) }.map { (task: $0, context: self) }
    }

    /// The handlers that a task would notify, as far as its text says: enough to look ahead by.
    func handlers(statically task: PlaybookTask) -> Set<Int> {
        guard !task.keywords.notify.isEmpty else { return [] }
        let names = Set(task.keywords.notify.compactMap(\.string))
        let found = play.handlers.filter { handler in
            handler.name?.string.map(names.contains) == true || !names.isDisjoint(with: handler.keywords.listen)
        }
        return Set(found.map(\.id))
    }
}
