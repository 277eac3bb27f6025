import Diagnostics
import Modules
import OrderedCollections
import YAML

/// Reads a role's `meta/argument_specs.yml`: as in Ansible, its entry becomes a task before the role's own.
struct ArgumentSpecReader {
    let loader: PlaybookLoader
    let role: Role

    /// - Parameters:
    ///   - entry: the name of the role's task file, `main` mostly.
    ///   - keywords: those of the place where the role is named.
    func task(for entry: String, keywords: Keywords, at place: Place) -> PlaybookTask? {
        guard let spec = specification?[entry], spec.mapping != nil else { return nil }
        let options = spec["options"] ?? Node(.mapping([]), at: spec.place)
        for option in options.mapping ?? [] { checkType(of: option) }
        let module = ValidateArgumentSpecModule.self
        var arguments = [
            PlaybookTask.Argument(name: "argument_spec", value: options.untemplated, kind: nil, secret: false)
        ]
        for name in options.mapping?.compactMap(\.key.string) ?? [] where name.isVariableName {
            arguments.append(
                PlaybookTask.Argument(
                    name: module.prefix + name, value: Self.text("{{ \(name) | default(omit) }}", at: place), kind: nil,
                    secret: false))
        }
        var own = Keywords()
        own.tags = ["always"]
        let description = spec["short_description"]?.string.map { " - \($0)" } ?? ""
        return PlaybookTask(
            id: loader.numbering.next(),
            name: Self.text("Validating arguments against arg spec '\(entry)'\(description)", at: place), place: place,
            module: module, moduleName: module.spec.name, modulePlace: place, arguments: arguments,
            keywords: own.inside(keywords), roleDirectory: role.directory, roleName: role.name)
    }

    private var specification: Node? {
        let names = ["argument_specs.yml", "argument_specs.yaml", "main.yml", "main.yaml"]
        for path in names.map({ "\(role.directory)/meta/\($0)" }) where loader.files.exists(path) {
            if let specs = loader.document(path, neededAt: nil)?["argument_specs"] { return specs }
        }
        return nil
    }

    private func checkType(of option: Node.Entry) {
        guard let node = option.value["type"], let type = node.string, !RoleOption.types.contains(type) else { return }
        loader.log.add(
            "'\(type)' is no type of an argument", at: node.place,
            hint: Suggestion.hint(for: type, among: RoleOption.types)
                ?? "use one of \(RoleOption.types.joined(separator: ", "))", rule: .roleArgument)
    }

    private static func text(_ text: String, at place: Place) -> Node {
        Node(.scalar(.init(text: text, style: .doubleQuoted, value: .string(text))), at: place)
    }
}

extension Node {
    /// Data that is never templated, as a node.
    init(untemplated value: Value, at place: Place) {
        let content: Content =
            switch value {
            case .list(let items): .sequence(items.map { Node(untemplated: $0, at: place) })
            case .map(let map):
                .mapping(
                    map.map {
                        Entry(
                            key: Node(untemplated: $0.key, at: place), value: Node(untemplated: $0.value, at: place))
                    })
            default: .scalar(.init(text: value.asText, style: .doubleQuoted, value: value, tag: "!unsafe"))
            }
        self.init(content, at: place)
    }

    /// The same, with nothing in it to be taken for a template.
    fileprivate var untemplated: Node {
        switch content {
        case .scalar(var scalar):
            scalar.tag = "!unsafe"
            return Node(.scalar(scalar), at: place)
        case .sequence(let nodes): return Node(.sequence(nodes.map(\.untemplated)), at: place)
        case .mapping(let entries):
            return Node(.mapping(entries.map { Entry(key: $0.key, value: $0.value.untemplated) }), at: place)
        }
    }
}
