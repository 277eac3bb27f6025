import Diagnostics
import OrderedCollections
import YAML

extension Filter {
    /// Filters that write and read YAML.
    static let yamlFilters: [String: Filter] = [
        "to_yaml": Filter(Parameters([], moreNamed: true)) { value, arguments in
            .string(try value.yaml(layout(arguments.moreNamed, YAMLLayout(flow: .leaves))))
        },
        "to_nice_yaml": Filter(Parameters(["indent"], moreNamed: true)) { value, arguments in
            let layout = YAMLLayout(indent: try arguments.int("indent") ?? 4)
            return .string(try value.yaml(Filter.layout(arguments.moreNamed, layout)))
        },
        "from_yaml": Filter { value, _ in
            guard let text = value.string else { return value }
            do {
                return try Node.parse(text, file: "from_yaml", limits: .lenient)?.value ?? .null
            } catch let error as Problem {
                throw Fault("the text is no YAML: \(error.message)")
            }
        },
    ]

    /// The options of PyYAML's `yaml.dump` that playbooks use.
    private static func layout(_ options: OrderedDictionary<String, Datum>, _ base: YAMLLayout) throws -> YAMLLayout {
        var layout = base
        for (name, datum) in options {
            let value = try datum.value()
            switch name {
            case "indent": layout.indent = value.integer ?? 2
            case "width": layout.width = value.number.flatMap { Int(exactly: $0.rounded()) } ?? Int.max
            case "sort_keys": layout.sortsKeys = value.isTrue
            case "default_flow_style": layout.flow = value == .null ? .leaves : value.isTrue ? .always : .never
            case "explicit_start": layout.hasDocumentStart = value.isTrue
            case "allow_unicode": break
            default: throw Fault("the filter has no argument '\(name)' that is supported")
            }
        }
        return layout
    }
}
