import Diagnostics
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
        let play = owner
        let name = names(of: handler).last ?? handler.keywords.listen.first ?? handler.moduleName
        let full = handler.roleName == nil || handler.name == nil ? "\(play) : \(name)" : name
        return OwedHandler(host: host, name: full.split(whereSeparator: \.isNewline).joined(separator: " "))
    }

    /// Plays without a name are told apart by their files: two of them may be for the same hosts, and have a handler of
    /// the same name.
    private var owner: String {
        if let name = context.play.name { return name }
        let file = context.play.place.file.split(separator: "/").last ?? ""
        return "\(file) \(context.play.hosts)"
    }

    /// How the names of the play's own and its roles' handlers begin.
    var owners: [String] {
        let roles = Set(context.play.handlers.compactMap(\.roleName) + context.layers.names)
        return ([owner] + roles.sorted()).map { "\($0) : " }
    }

    /// Those of the numbers.
    func owed(_ handlers: Set<Int>) -> Set<OwedHandler> {
        Set(context.play.handlers.filter { handlers.contains($0.id) }.map(owed))
    }
}
