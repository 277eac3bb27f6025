import Diagnostics
import OrderedCollections
import Remote
import YAML

/// `deb822_repository`: a package source of Debian and Ubuntu in the form of fields.
package struct Deb822RepositoryModule: Convergent {
    package static let spec = ModuleSpec(
        "ansible.builtin.deb822_repository", summary: "Adds or removes a Debian package source.",
        arguments: [
            ArgumentSpec("name", required: true),
            ArgumentSpec("state", choices: ["present", "absent"]),
            ArgumentSpec("mode", .mode),
            ArgumentSpec("signed_by"),
        ] + lists.map { ArgumentSpec($0, .list(.string)) } + flags.map { ArgumentSpec($0, .bool) }
            + texts.map { ArgumentSpec($0) })

    private static let lists = ["architectures", "components", "languages", "suites", "targets", "types", "uris"]
    private static let flags = [
        "allow_downgrade_to_insecure", "allow_insecure", "allow_weak", "by_hash", "check_date", "check_valid_until",
        "enabled", "pdiffs", "trusted",
    ]
    private static let texts = ["date_max_future", "inrelease_path"]

    private let slug: String
    private let isWanted: Bool
    private let text: String
    private let mode: FileMode
    /// The address of a key to fetch.
    private let keyAddress: String?

    package init(_ arguments: Arguments, in context: ModuleContext) throws {
        let name = try arguments.requiredString("name")
        slug = name.lowercased().replacing(/[_\s]+/, with: "-").filter {
            $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-")
        }
        guard !slug.isEmpty else { throw arguments.problem("name", "has no letter or digit for a file name") }
        isWanted = try arguments.string("state") != "absent"
        mode = try arguments.mode("mode") ?? .bits(0o644)
        let signer = try arguments.string("signed_by")
        keyAddress = signer.flatMap { $0.contains("://") ? $0 : nil }
        if isWanted, !arguments.has("uris") || !arguments.has("suites") {
            throw arguments.problem("name", "uris and suites are missing")
        }
        let key = keyAddress == nil ? signer : Self.keyFile(slug, keyAddress ?? "")
        text = try Self.fields(arguments, name: name, key: key).map { "\($0): \($1)\n" }.joined()
    }

    package var probes: [any Probe] {
        var probes: [any Probe] = [probe]
        if let keyAddress { probes.append(FileProbe(Self.keyFile(slug, keyAddress))) }
        if !isWanted { probes += Self.keyFiles(slug).map { FileProbe($0) } }
        return probes
    }

    package func converge(_ findings: Findings) throws -> Convergence {
        let finding = try findings(probe)
        var result: ValueMap = ["dest": .string(path)]
        guard isWanted else {
            let present = try ([path] + Self.keyFiles(slug)).filter {
                try findings($0 == path ? probe : FileProbe($0)).state != nil
            }
            let change = Change("remove the package source", by: .changes("rm -f -- \(present)"))
            return Convergence(present.isEmpty ? [] : [change], result: result)
        }
        result["repo"] = .string(text)
        var changes: [Change] = []
        if let keyAddress, case let file = Self.keyFile(slug, keyAddress), try findings(FileProbe(file)).state == nil {
            changes.append(Change("fetch the key \(keyAddress)", by: .changes(Self.fetch(keyAddress, to: file))))
        }
        let write = FileWrite(
            path: path, content: .bytes(Array(text.utf8)), attributes: FileAttributes(mode: mode))
        if let change = try write.change(from: finding) { changes.append(change) }
        return Convergence(changes, result: result)
    }

    private var path: String { "/etc/apt/sources.list.d/\(slug).sources" }
    private var probe: FileProbe { FileProbe(path, content: .always) }

    private static func keyFiles(_ slug: String) -> [String] {
        ["asc", "gpg"].map { "/etc/apt/keyrings/\(slug).\($0)" }
    }

    /// apt tells armoured keys from others by the name.
    private static func keyFile(_ slug: String, _ address: String) -> String {
        keyFiles(slug)[address.hasSuffix(".gpg") ? 1 : 0]
    }

    /// By apt's own downloader, which speaks HTTPS and is on every host that has apt.
    private static func fetch(_ address: String, to file: String) -> Shell {
        """
        set -e
        mkdir -p -m 0755 /etc/apt/keyrings
        new=$(mktemp -- \(file + ".XXXXXXXXXX"))
        trap 'rm -f -- "$new"' EXIT
        /usr/lib/apt/apt-helper download-file \(address) "$new" >&2
        chmod 0644 -- "$new"
        mv -fT -- "$new" \(file)
        """
    }
}

extension Deb822RepositoryModule {
    /// The fields in the order that Ansible writes them: by argument.
    private static func fields(
        _ arguments: Arguments, name: String, key: String?
    ) throws -> [(String, String)] {
        let types = arguments.has("types") ? [] : ["types"]
        return try (arguments.names + types).sorted().compactMap { argument in
            let value: String?
            switch argument {
            case "state", "mode": value = nil
            case "name": value = name
            case "signed_by": value = key.map(multiline)
            case _ where lists.contains(argument):
                value = try arguments.strings(argument)?.joined(separator: " ") ?? "deb"
            case _ where flags.contains(argument): value = try arguments.bool(argument).map { $0 ? "yes" : "no" }
            default: value = try arguments.string(argument)
            }
            return value.map { (field(argument), $0) }
        }
    }

    private static func field(_ argument: String) -> String {
        switch argument {
        case "name": "X-Repolib-Name"
        case "uris": "URIs"
        default:
            argument.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined(separator: "-")
        }
    }

    /// A key in place: its lines are indented, empty ones become a dot.
    private static func multiline(_ text: String) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.trimmingPrefix(while: \.isWhitespace) }
        guard lines.count > 1 else { return text }
        return "\n" + lines.drop { $0.isEmpty }.map { "    " + ($0.isEmpty ? "." : $0) }.joined(separator: "\n")
    }
}
