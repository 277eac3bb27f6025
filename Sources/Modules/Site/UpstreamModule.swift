import Diagnostics
import OrderedCollections
import Remote
import YAML

/// `intchain.site.upstream`: Nginx's file of an upstream has the wanted servers; `down` marks on the host stay, and a
/// server that joins others takes no requests before a rollout or `undrain` puts it in.
struct UpstreamModule: Convergent {
    static let spec = ModuleSpec(
        "intchain.site.upstream", summary: "Writes an upstream's servers for Nginx and keeps its down marks.",
        arguments: [
            ArgumentSpec("path", .path), ArgumentSpec("name", required: true),
            ArgumentSpec("servers", .list(.string), required: true), ArgumentSpec("options"),
            ArgumentSpec("keepalive", .int),
        ] + ArgumentSpec.fileAttributes)

    static let defaultPath = "/etc/nginx/conf.d/intchain-upstream.conf"

    let path: String
    let wanted: UpstreamFile
    let attributes: FileAttributes

    init(_ arguments: Arguments, in context: ModuleContext) throws {
        path = try arguments.string("path") ?? Self.defaultPath
        let servers = try arguments.strings("servers") ?? []
        guard !servers.isEmpty else { throw arguments.problem("servers", "an upstream needs at least one server") }
        let options = try (arguments.string("options") ?? "").split(separator: " ").map(String.init)
        guard !options.contains("down") else {
            throw arguments.problem("options", "down is set by intchain.site.drain, one server at a time")
        }
        for word in servers + options + [try arguments.requiredString("name")] where !Self.isWord(word) {
            throw arguments.problem("servers", "'\(word)' is no word that Nginx's configuration can hold")
        }
        wanted = UpstreamFile(
            name: try arguments.requiredString("name"),
            servers: servers.map { .init(address: $0, options: options, isDown: false) },
            keepalive: try arguments.int("keepalive") ?? 32)
        attributes = try FileAttributes(
            owner: arguments.string("owner") ?? "root", group: arguments.string("group") ?? "root",
            mode: arguments.mode("mode") ?? .bits(0o644))
    }

    private static func isWord(_ text: String) -> Bool {
        !text.isEmpty && !text.contains { $0.isWhitespace || ";{}#'\"\\".contains($0) }
    }

    private var probe: FileProbe { FileProbe(path, content: .always) }
    var probes: [any Probe] { [probe] }

    func converge(_ findings: Findings) throws -> Convergence {
        let finding = try findings(probe)
        let file = finding.text.flatMap(UpstreamFile.init(parsing:)).map(wanted.joining) ?? wanted
        let write = FileWrite(path: path, content: .bytes(Array(file.text.utf8)), attributes: attributes)
        let marked = Value.list(file.servers.filter(\.isDown).map { .string($0.address) })
        return Convergence(try write.change(from: finding).map { [$0] } ?? [], result: ["down": marked])
    }
}
