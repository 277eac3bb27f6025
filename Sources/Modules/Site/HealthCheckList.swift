import Diagnostics
import Health
import OrderedCollections
import YAML

/// The `checks:` of a health task: `{name, port, path}`, or `{name, url}` for a public address.
///
/// An entry of the inventory's `services` is one as it stands: `health` is its path, its other keys are not ours.
struct HealthCheckList {
    let checks: [HealthCheck]

    init(_ arguments: Arguments) throws {
        guard let items = arguments.raw("checks")?.list else {
            throw arguments.problem("checks", "expected a list of checks", hint: "write - {name: gateway, port: 5000}")
        }
        let verifies = try arguments.bool("validate_certs") ?? true
        let release = try arguments.string("release")
        let authority = try arguments.string("ca_path")
        checks = try items.map { item in
            guard let entries = item.map else {
                throw arguments.problem("checks", "expected a mapping, found \(item.kind)")
            }
            var check = try Self.check(entries, arguments)
            check.verifyCertificate = verifies
            check.authorityFile = authority
            check.release = release
            return check
        }
    }

    private static func check(_ entries: ValueMap, _ arguments: Arguments) throws -> HealthCheck {
        let target = try target(entries, arguments)
        let name = entries["name"]?.string ?? defaultName(of: target)
        guard let status = entries["status"] else { return HealthCheck(name: name, target: target) }
        guard let code = status.int ?? status.string.flatMap({ Int($0) }) else {
            throw arguments.problem("checks", "\(name): status is no integer")
        }
        return HealthCheck(name: name, target: target, statuses: code...code)
    }

    private static func target(_ entries: ValueMap, _ arguments: Arguments) throws -> HealthCheck.Target {
        if let url = entries["url"]?.string { return .direct(url: url) }
        guard let value = entries["port"], let port = value.int ?? value.string.flatMap({ Int($0) }) else {
            throw arguments.problem("checks", "a check needs a port or a url")
        }
        return .inside(
            address: entries["address"]?.string ?? "127.0.0.1", port: port,
            path: (entries["path"] ?? entries["health"])?.string ?? "/health")
    }

    private static func defaultName(of target: HealthCheck.Target) -> String {
        switch target {
        case .direct(let url): url
        case .inside(_, let port, _): "port \(port)"
        }
    }
}
