import Digests

/// A handler that was notified for a host and has not run.
package struct OwedHandler: Hashable, Sendable {
    /// The inventory's name of the host.
    package var host: String
    /// The handler's name, with its role or else its play before it: what a later run knows it by.
    package var name: String

    package init(host: String, name: String) {
        self.host = host
        self.name = name
    }

    /// The name of the file that stands for it.
    var fileName: String { String(SHA256.hex("\(host)\n\(name)".utf8).prefix(24)) }
}

extension HandlerNames {
    func owed(_ handler: PlaybookTask) -> OwedHandler {
        let play = context.play.name ?? context.play.hosts
        let name = names(of: handler).last ?? handler.keywords.listen.first ?? handler.moduleName
        let full = handler.roleName == nil || handler.name == nil ? "\(play) : \(name)" : name
        return OwedHandler(host: host, name: full.split(whereSeparator: \.isNewline).joined(separator: " "))
    }

    /// How the names of the play's own and its roles' handlers begin. Plays without a name share those of others.
    var owners: [String] {
        let roles = Set(context.play.handlers.compactMap(\.roleName) + context.layers.names)
        return ([context.play.name].compactMap { $0 } + roles.sorted()).map { "\($0) : " }
    }

    /// Those of the numbers.
    func owed(_ handlers: Set<Int>) -> Set<OwedHandler> {
        Set(context.play.handlers.filter { handlers.contains($0.id) }.map(owed))
    }
}
