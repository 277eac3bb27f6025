import Diagnostics
import Jinja
import Modules
import OrderedCollections
import YAML

/// `include_tasks` and `include_role`: everything that they may choose from is read now.
extension TaskReader {
    /// nil when the node is no include.
    func include(_ node: Node, inside outer: Keywords, known: Set<String>) -> [Item]? {
        for (name, module) in Self.includes {
            for key in [name, "ansible.builtin." + name] {
                guard let value = node[key] else { continue }
                let isHandler = known.contains("listen")
                if isHandler { loader.log.add("a handler can't be an include", at: node.place, rule: .notSupported) }
                return included(key, value, node, module, inside: outer).map { [.include($0)] } ?? []
            }
        }
        return nil
    }

    private static let includes: [(String, any Module.Type)] = [
        ("include_tasks", IncludeTasksModule.self), ("include_role", IncludeRoleModule.self),
    ]

    private func included(
        _ key: String, _ value: Node, _ node: Node, _ module: any Module.Type, inside outer: Keywords
    ) -> Include? {
        let fields = Fields(
            node, what: key, known: KnownKeys.include, besides: [key], unsupported: KnownKeys.unsupportedInInclude,
            log: loader.log)
        guard let fields else { return nil }
        var own = taskKeywords(fields)
        own.includeVars = [own.vars]
        own.vars = [:]
        let arguments = ArgumentReader(spec: module.spec, log: loader.log).arguments(value, args: fields["args"])
        var inner = self
        if own.loop != nil {
            inner.boundNames.formUnion([own.loopControl.variable, "ansible_loop_var"])
            if let index = own.loopControl.indexVariable { inner.boundNames.formUnion([index, "ansible_index_var"]) }
        }
        var task = PlaybookTask(
            id: loader.numbering.next(), name: fields["name"], place: node.place, module: module, moduleName: key,
            modulePlace: node.place, arguments: arguments.filter { $0.name != "apply" }, keywords: own.inside(outer),
            roleDirectory: role?.directory, roleName: role?.name, boundNames: boundNames)
        // What stands at the include is for itself, but for its variables; what is applied is for the tasks.
        task.keywords.notify = []
        var keywords = applied(arguments.first { $0.name == "apply" }?.value, key)
        keywords.includeVars = own.includeVars
        keywords = keywords.inside(outer)
        let choices =
            module is IncludeRoleModule.Type
            ? inner.roleReader.included(arguments, at: node.place, in: keywords)
            : inner.files(arguments, of: own, at: value.place, inside: keywords)
        return Include(task: task, choices: choices)
    }

    /// `apply:`, the keywords of the included tasks.
    private func applied(_ node: Node?, _ key: String) -> Keywords {
        guard let node else { return Keywords() }
        let known = KnownKeys.block.subtracting(["block", "rescue", "always", "name"])
        let fields = Fields(
            node, what: "apply of \(key)", known: known, unsupported: KnownKeys.unsupportedInTask, log: loader.log)
        guard let fields else { return Keywords() }
        var own = keywords(fields)
        own.when = fields.list("when")
        own.notify = fields.list("notify")
        return own
    }

    /// - Parameter own: the include's own keywords.
    private func files(
        _ arguments: [PlaybookTask.Argument], of own: Keywords, at place: Place, inside keywords: Keywords
    ) -> OrderedDictionary<String, [Item]> {
        guard let file = arguments.first(where: { $0.name == "file" })?.value.string else { return [:] }
        let terms = FirstFoundTerms(file, own)
        let paths = terms.map(candidates) ?? candidates(file)
        if let terms, paths.isEmpty, terms.mayFindNothing { return [:] }
        let isOpen = TemplatedText.isTemplated(fromKnownFolder(file) ?? file)
        if let path = paths.first(where: openFiles.contains), !isOpen {
            loader.log.addGap(
                "\(path) includes itself", at: place, hint: "loop over its tasks, or use until", rule: .notSupported)
        } else if paths.isEmpty {
            loader.log.addGap(
                "there is no file \(ProjectPath.join(directory, file))", at: place,
                hint: isOpen
                    ? "write the path from the folder of this file, or begin with {{ role_path }} or {{ playbook_dir }}"
                    : loader.files.suggestion(for: ProjectPath.join(directory, file)),
                rule: .missingFile)
        }
        var choices: OrderedDictionary<String, [Item]> = [:]
        var reader = self
        // Which of them is meant, and so with which variables, is not known.
        if paths.count > 1 { reader.boundNames.insert(TextCheck.anything) }
        for path in paths where !openFiles.contains(path) {
            guard let document = loader.document(path, neededAt: place) else {
                choices[path] = []
                continue
            }
            guard let nodes = document.sequence, !isOpen || nodes.allSatisfy({ $0["hosts"] == nil }) else {
                guard !isOpen else { continue }
                loader.log.addGap(
                    "a list of tasks was expected, found \(document.value.kind)", at: document.place,
                    rule: .wrongType)
                continue
            }
            choices[path] = roles.apart { reader.reader(of: path).items(nodes, inside: keywords) }
        }
        return choices
    }

    /// The file that a name without a template in it means; nil when there is none.
    func onlyCandidate(_ file: String) -> String? {
        TemplatedText.isTemplated(fromKnownFolder(file) ?? file) ? nil : candidates(file).first
    }

    /// The files that the name may mean, in the first folder that has any: beside the including file, in the role's
    /// tasks, beside the playbook.
    private func candidates(_ file: String) -> [String] {
        var folders = [directory] + (role.map { ["\($0.directory)/tasks"] } ?? []) + [loader.directory]
        var file = file
        if let path = fromKnownFolder(file) {
            folders = [path.hasPrefix("/") ? "/" : "."]
            file = ProjectPath.folded(path)
        }
        guard TemplatedText.isTemplated(file) else {
            return folders.map { ProjectPath.join($0, file) }.first(where: loader.files.exists).map { [$0] } ?? []
        }
        let pattern = NamePattern(file)
        return folders.lazy.map { pattern.files(in: $0, loader.files) }.first { !$0.isEmpty } ?? []
    }
}

extension TaskReader {
    /// Every file that `first_found` may find, in its own folders.
    private func candidates(_ terms: FirstFoundTerms) -> [String] {
        let roots = (role.map { [$0.directory] } ?? []) + [loader.directory, "."]
        let folders = roots.flatMap { root in
            ["files", "vars", "tasks", "templates"].map { ProjectPath.join(root, $0) } + [root]
        }
        let found: [String] = terms.names.flatMap { name -> [String] in
            var (file, folders) = (name, folders)
            if let path = fromKnownFolder(name) {
                folders = [path.hasPrefix("/") ? "/" : "."]
                file = ProjectPath.folded(path)
            }
            if TemplatedText.isTemplated(file) {
                let pattern = NamePattern(file)
                return folders.flatMap { pattern.files(in: $0, loader.files) }
            }
            return folders.map { ProjectPath.join($0, file) }.filter(loader.files.exists)
        }
        return Array(OrderedSet(found))
    }

    /// The path with the folder in place of the template that it begins with, where that one is known already.
    private func fromKnownFolder(_ path: String) -> String? {
        if let role, let begin = path.prefixMatch(of: /\{\{\s*role_path\s*\}\}/) {
            return role.directory + path[begin.range.upperBound...]
        }
        guard let begin = path.prefixMatch(of: /\{\{\s*playbook_dir\s*\}\}/) else { return nil }
        return loader.directory + path[begin.range.upperBound...]
    }
}

/// A path with templates in it, each of which may stand for anything.
struct NamePattern {
    private let levels: [String]

    init(_ text: String) {
        var plain = ""
        var rest = text[...]
        while let open = rest.firstRange(of: "{{") {
            plain += rest[..<open.lowerBound] + "*"
            guard let close = rest[open.upperBound...].firstRange(of: "}}") else {
                rest = ""
                break
            }
            rest = rest[close.upperBound...]
        }
        plain += rest
        levels = plain.split(separator: "/").map(String.init)
    }

    /// Every file that may be meant, in alphabetical order.
    func files(in folder: String, _ files: any ProjectFiles) -> [String] {
        var folders = [folder]
        for level in levels.dropLast() {
            folders = folders.flatMap { folder in
                level.contains("*")
                    ? files.list(folder).sorted().filter { Self.matches(level, $0) }.map {
                        ProjectPath.join(folder, $0)
                    }
                    : [ProjectPath.join(folder, level)]
            }
        }
        let last = levels.last ?? "*"
        return folders.flatMap { folder in
            files.list(folder).sorted().filter { Self.matches(last, $0) }.map { ProjectPath.join(folder, $0) }
        }.filter { ($0.hasSuffix(".yml") || $0.hasSuffix(".yaml")) && files.exists($0) }
    }

    /// Whether a name fits a pattern in which `*` stands for anything.
    static func matches(_ pattern: String, _ name: String) -> Bool {
        let parts = pattern.split(separator: "*", omittingEmptySubsequences: false)
        guard parts.count > 1, let first = parts.first, let last = parts.last else { return pattern == name }
        guard name.hasPrefix(first), name.hasSuffix(last), name.count >= first.count + last.count else { return false }
        var rest = name.dropFirst(first.count).dropLast(last.count)
        for part in parts.dropFirst().dropLast() where !part.isEmpty {
            guard let range = rest.firstRange(of: part) else { return false }
            rest = rest[range.upperBound...]
        }
        return true
    }
}
