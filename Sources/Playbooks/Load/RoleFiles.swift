import Diagnostics
import YAML

/// A role's files: what stands in its folders under `main` or another name.
struct RoleFiles {
    let home: String
    let files: any ProjectFiles

    private static let endings = [".yml", ".yaml", ".json"]

    /// A file by its name without the ending, or with it.
    func file(_ part: String, _ name: String) -> String? {
        let path = "\(home)/\(part)/\(name)"
        return (Self.endings + [""]).map { path + $0 }.first(where: files.exists)
    }

    /// The files of `defaults` or `vars`, weakest first: `main.yml`, or all that are below the folder `main`.
    func variableFiles(_ part: String) -> [String] {
        file(part, "main").map { [$0] } ?? below("\(home)/\(part)/main")
    }

    /// As Ansible reads a folder of variables: by name, folders too, without hidden files, backups and other endings.
    private func below(_ folder: String) -> [String] {
        let names = files.list(folder).filter { !$0.hasPrefix(".") && !$0.hasSuffix("~") }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.flatMap { name -> [String] in
            let path = "\(folder)/\(name)"
            let ending = name.lastIndex(of: ".").map { String(name[$0...]) } ?? ""
            if files.exists(path) { return ending.isEmpty || Self.endings.contains(ending) ? [path] : [] }
            return ending.isEmpty ? below(path) : []
        }
    }
}

/// What a role's `meta/main.yml` says that matters here.
struct RoleMetadata {
    private(set) var dependencies: [Node] = []
    /// It runs each time that `roles:` or a dependency names it.
    private(set) var allowsDuplicates = false

    init(_ role: RoleFiles, loader: PlaybookLoader) {
        guard let path = role.file("meta", "main"), let node = loader.document(path, neededAt: nil) else { return }
        let fields = Fields(
            node, what: "a role's meta/main.yml",
            known: ["allow_duplicates", "argument_specs", "collections", "dependencies", "galaxy_info"],
            log: loader.log)
        guard let fields else { return }
        allowsDuplicates = fields.bool("allow_duplicates") ?? false
        for name in ["argument_specs", "galaxy_info"] {
            guard let value = fields[name], value.mapping == nil, value.value != .null else { continue }
            loader.log.add(
                "\(name): expected a mapping, found \(value.value.kind)", at: value.place, rule: .wrongType)
        }
        guard let list = fields["dependencies"], list.value != .null else { return }
        guard let nodes = list.sequence else {
            loader.log.addGap(
                "dependencies: expected a list of roles, found \(list.value.kind)", at: list.place,
                hint: "begin each role with '- '", rule: .wrongType)
            return
        }
        dependencies = nodes
    }
}
