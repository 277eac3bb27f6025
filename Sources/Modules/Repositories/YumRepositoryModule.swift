import Diagnostics
import OrderedCollections
import Remote
import YAML

/// `yum_repository`: a package source of CentOS, RHEL and their kin.
package struct YumRepositoryModule: Convergent {
    package static let spec = ModuleSpec(
        "ansible.builtin.yum_repository", summary: "Adds or removes an RPM package source.",
        arguments: [
            ArgumentSpec("name", required: true),
            ArgumentSpec("state", choices: ["present", "absent"]),
            ArgumentSpec("file"),
            ArgumentSpec("reposdir", .path),
            ArgumentSpec("description"),
            ArgumentSpec("password", secret: true),
            ArgumentSpec("proxy_password", secret: true),
            ArgumentSpec("sslverify", .bool, aliases: ["validate_certs"]),
            ArgumentSpec("sslcacert", aliases: ["ca_cert"]),
            ArgumentSpec("sslclientcert", aliases: ["client_cert"]),
            ArgumentSpec("sslclientkey", aliases: ["client_key"]),
            ArgumentSpec("exclude", .list(.string), aliases: ["excludepkgs"]),
        ] + ["baseurl", "gpgkey", "includepkgs"].map { ArgumentSpec($0, .list(.string)) }
            + flags.map { ArgumentSpec($0, .bool) } + texts.map { ArgumentSpec($0) } + ArgumentSpec.fileAttributes)

    private static let flags = [
        "countme", "enabled", "enablegroups", "gpgcheck", "module_hotfixes", "repo_gpgcheck", "s3_enabled",
        "skip_if_unavailable",
    ]
    private static let texts = [
        "bandwidth", "cost", "failovermethod", "include", "ip_resolve", "metadata_expire", "metalink", "mirrorlist",
        "priority", "proxy", "proxy_username", "retries", "throttle", "timeout", "username",
    ]
    private static let notInFile: Set<String> = ["name", "state", "file", "reposdir", "owner", "group", "mode"]

    private let name: String
    private let path: String
    /// nil: the section is not to be there.
    private let section: [(key: String, value: String)]?
    private let attributes: FileAttributes

    package init(_ arguments: Arguments, in context: ModuleContext) throws {
        name = try arguments.requiredString("name")
        let directory = try arguments.string("reposdir") ?? "/etc/yum.repos.d"
        path = "\(directory)/\(try arguments.string("file") ?? name).repo"
        attributes = try arguments.fileAttributes()
        guard try arguments.string("state") != "absent" else {
            section = nil
            return
        }
        guard ["baseurl", "mirrorlist", "metalink"].contains(where: arguments.has), arguments.has("description") else {
            throw arguments.problem("name", "description, and baseurl, mirrorlist or metalink are missing")
        }
        section = try Self.section(arguments)
    }

    package var probes: [any Probe] { [probe] }

    package func converge(_ findings: Findings) throws -> Convergence {
        let finding = try findings(probe)
        let result: ValueMap = ["repo": .string(name), "state": section == nil ? "absent" : "present"]
        var file = INIFile(finding.text ?? "")
        let before = file.canonical
        file.sections.removeAll { $0.name == name }
        if let section {
            file.sections.append(INIFile.Section(name: name, entries: section.map { [$0.key, $0.value] }))
        }
        guard file.canonical != before || (section != nil && !attributes.isEmpty) else {
            return Convergence(result: result)
        }
        guard !file.sections.isEmpty else {
            return Convergence([Change("remove \(path)", by: .changes("rm -f -- \(path)"))], result: result)
        }
        let text = file.canonical == before ? finding.text ?? "" : file.text
        let write = FileWrite(path: path, content: .bytes(Array(text.utf8)), attributes: attributes)
        return Convergence(try write.change(from: finding).map { [$0] } ?? [], result: result)
    }

    private var probe: FileProbe { FileProbe(path, content: .always) }

    private static func section(_ arguments: Arguments) throws -> [(key: String, value: String)] {
        try arguments.names.filter { !notInFile.contains($0) }.map { argument in
            switch arguments.spec.arguments.first(where: { $0.name == argument })?.kind {
            case .bool: (argument, try arguments.bool(argument) ?? false ? "1" : "0")
            case .list:
                (
                    argument,
                    (try arguments.strings(argument) ?? [])
                        .joined(separator: argument == "baseurl" || argument == "gpgkey" ? "\n" : " ")
                )
            default: (argument == "description" ? "name" : argument, try arguments.string(argument) ?? "")
            }
        }.sorted { $0.key < $1.key }
    }
}
