import Diagnostics
import Jinja
import OrderedCollections
import YAML

/// What an include by `first_found` looks for: as a loop, or as a lookup in the name itself.
struct FirstFoundTerms {
    /// With `{{ }}` for what only a run can tell.
    let names: [String]
    let mayFindNothing: Bool

    /// - Returns: nil where the name of the file does not come from `first_found`.
    init?(_ file: String, _ keywords: Keywords) {
        if let loop = keywords.loop, case .lookup("first_found") = keywords.loopShape,
            let match = file.wholeMatch(of: /\{\{\s*(\w+)\s*\}\}/), match.1 == keywords.loopControl.variable
        {
            names = Self.names(loop.value)
            mayFindNothing = Self.skips(loop.value)
        } else if file.contains("first_found"),
            let text = try? TemplatedText(file, origin: TextOrigin(file: "include")),
            let lookup = text.references.files.first(where: { $0.kind == .lookup("first_found") })
        {
            names = lookup.names
            mayFindNothing = file.contains("skip") || file.contains("errors")
        } else {
            return nil
        }
    }

    private static func names(_ term: Value) -> [String] {
        switch term {
        case .string(let text): [text]
        case .list(let items): items.flatMap(names)
        case .map(let map):
            below(map["paths"].map(names) ?? [], map["files"].map(names) ?? [])
        default: []
        }
    }

    private static func below(_ folders: [String], _ names: [String]) -> [String] {
        folders.isEmpty ? names : folders.flatMap { folder in names.map { "\(folder)/\($0)" } }
    }

    private static func skips(_ term: Value) -> Bool {
        switch term {
        case .list(let items): items.contains(where: skips)
        case .map(let map): map["skip"].map { $0.bool != false } ?? false
        default: false
        }
    }
}
