import Diagnostics
import OrderedCollections
import YAML

/// A server of the same kind on another host: its name in the inventory and where it answers.
package struct SitePeer: Hashable, Sendable {
    package var name: String
    package var address: String
    package var port: Int

    /// Names of the inventory's hosts (`{{ groups.db }}`, whose `ansible_host` is looked up) or mappings of `name`,
    /// `address` and `port`.
    package static func list(
        _ argument: String, _ arguments: Arguments, defaultPort: Int, _ context: ModuleContext
    ) throws -> [SitePeer] {
        guard let items = arguments.raw(argument)?.list else {
            throw arguments.problem(argument, "expected a list of hosts", hint: "write \"{{ groups.db }}\"")
        }
        return try items.map { item in
            switch item {
            case .string(let name):
                return SitePeer(name: name, address: try address(of: name, context), port: defaultPort)
            case .map:
                guard let name = item["name"]?.string, let address = item["address"]?.string else {
                    throw arguments.problem(argument, "a host needs a name and an address")
                }
                return SitePeer(name: name, address: address, port: item["port"]?.int ?? defaultPort)
            default: throw arguments.problem(argument, "expected a host's name, found \(item.kind)")
            }
        }
    }

    private static func address(of name: String, _ context: ModuleContext) throws -> String {
        let quoted = name.replacing("\\", with: "\\\\").replacing("'", with: "\\'")
        return try context.evaluate("hostvars['\(quoted)'].ansible_host | default('\(quoted)')").string ?? name
    }
}
