import Diagnostics
import Playbooks

/// The playbooks and inventories of a project, found by where they stand.
struct ProjectPlaybooks {
    private let files: any ProjectFiles
    private let root: String

    /// - Parameter root: the project's folder.
    init(_ root: String, files: any ProjectFiles) {
        self.root = root
        self.files = files
    }

    /// Every YAML file of `playbooks/`, and those of the project's own folder that hold plays.
    var playbooks: [String] {
        yaml(in: path("playbooks")) + yaml(in: root).filter(holdsPlays)
    }

    /// Every file of `inventories/`, or else the project's own `inventory.yml` or `hosts.yml`: each a site of its own.
    var inventories: [String] {
        let found = yaml(in: path("inventories")) + yaml(in: path("inventory"))
        guard found.isEmpty else { return found }
        return ["inventory.yml", "inventory.yaml", "hosts.yml", "hosts.yaml"].map(path).filter(files.exists)
    }

    private func path(_ name: String) -> String { ProjectPath.join(root, name) }

    private func yaml(in folder: String) -> [String] {
        files.list(folder).sorted().filter { name in
            !name.hasPrefix(".") && [".yml", ".yaml"].contains { name.hasSuffix($0) }
        }.map { ProjectPath.join(folder, $0) }.filter(files.exists)
    }

    /// By its text, so that a playbook with a broken syntax is one too.
    private func holdsPlays(_ file: String) -> Bool {
        let text = String(decoding: files.read(file) ?? [], as: UTF8.self)
        return text.split(whereSeparator: \.isNewline).contains { line in
            let key = line.drop { $0 == "-" || $0 == " " }.prefix { $0 != ":" }
            return ["hosts", "import_playbook", "ansible.builtin.import_playbook"].contains(String(key))
                && (line.hasPrefix("- ") || line.hasPrefix("  ")) && !line.hasPrefix("   ")
        }
    }
}
