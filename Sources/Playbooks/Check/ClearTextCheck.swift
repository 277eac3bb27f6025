import Diagnostics
import Fleet
import Modules
import OrderedCollections
import YAML

#if canImport(Glibc)
    import Glibc
#endif

/// Finds secrets that are written out in the project's files.
struct ClearTextCheck {
    /// The inventory's variable that allows them: true for those of the inventory, or a list of names for all files.
    static let permission = "intchain_allow_clear_text_secrets"

    private let names = SecretNames()
    private let allowed: Set<String>
    private let allowsInventory: Bool
    private var isPrivate: [String: Bool] = [:]
    private(set) var found: [ClearTextSecret] = []
    /// Those that are allowed too: no message may show one.
    private(set) var all: Set<ClearTextSecret> = []

    init(_ inventory: Inventory?) {
        let permissions = inventory?.definitions.compactMap { $0[Self.permission] } ?? []
        allowsInventory = permissions.contains { $0.value == .bool(true) }
        allowed = Set(permissions.flatMap { $0.sequence ?? [] }.compactMap(\.string))
        for variables in inventory?.definitions ?? [] { add(variables, isInventory: true) }
    }

    mutating func add(_ play: Play, files: any ProjectFiles) {
        let sources = SourceKeys(play: play, files: files)
        add(play.vars)
        for role in play.roles {
            add(role.defaults)
            add(role.vars)
        }
        for task in play.sections.flatMap(\.allTasks) + play.handlers {
            add(task)
            add(sources.keys(of: task))
        }
    }

    mutating func add(_ variables: RawVariables, isInventory: Bool = false) {
        for (name, node) in variables where name != Self.permission {
            for secret in names.clearText(in: node, named: name) {
                add([secret], isAllowed: isInventory && (allowsInventory || isOwners(secret.place.file)))
            }
        }
    }

    /// An inventory that only its owner can read may hold secrets: that of a lab, or one outside the repository.
    private mutating func isOwners(_ file: String) -> Bool {
        if let known = isPrivate[file] { return known }
        var status = stat()
        let answer = stat(file, &status) == 0 && status.st_mode & 0o077 == 0
        isPrivate[file] = answer
        return answer
    }

    private mutating func add(_ task: PlaybookTask) {
        add(task.keywords.allVars)
        for node in task.keywords.environment { add(names.clearText(in: node, named: "environment")) }
        if let node = task.keywords.loop { add(names.clearText(in: node, named: "loop")) }
        // A specification has the names of secrets in it, and none of their values.
        guard task.module.spec.name != ValidateArgumentSpecModule.spec.name else { return }
        for argument in task.arguments {
            if argument.isOpen {
                add(names.clearText(in: argument.value, named: argument.name))
            } else {
                add(names.clearText(in: argument.value, named: argument.name, isSecret: argument.secret))
            }
        }
    }

    private mutating func add(_ secrets: [ClearTextSecret], isAllowed: Bool = false) {
        for secret in secrets where all.insert(secret).inserted {
            if !isAllowed, !allowed.contains(secret.name), secret.isInFile { found.append(secret) }
        }
    }

    var problems: [Problem] {
        found.map { secret in
            Problem(
                "\(secret.name): a secret in clear text", at: secret.place,
                hint: "read it from the environment, \"{{ lookup('env', 'NAME') }}\", or from a file outside the "
                    + "repository with -e @FILE",
                rule: .clearTextSecret)
        }
    }

    /// The problems with asterisks where their lines show a secret.
    func masked(_ problems: [Problem]) -> [Problem] {
        let lines = Dictionary(grouping: all) { LineKey($0.place) }
        return problems.map { problem in
            guard let place = problem.place, var line = problem.line, let secrets = lines[LineKey(place)] else {
                return problem
            }
            for secret in secrets { line = Self.mask(secret, in: line) }
            var shown = problem
            shown.line = line
            return shown
        }
    }

    /// As many asterisks as letters, so that a place behind it stays where it is; escapes hide the rest of the line.
    private static func mask(_ secret: ClearTextSecret, in line: String) -> String {
        let start = line.unicodeScalars.prefix(secret.place.column - 1)
        let rest = String(line.unicodeScalars.dropFirst(secret.place.column - 1))
        guard let range = rest.firstRange(of: secret.text) else { return String(start) + Redactor.mask }
        return String(start) + rest.replacingCharacters(in: range)
    }

    private struct LineKey: Hashable {
        let file: String
        let line: Int

        init(_ place: Place) {
            file = place.file
            line = place.line
        }
    }
}

extension String {
    fileprivate func replacingCharacters(in range: Range<String.Index>) -> String {
        self[..<range.lowerBound] + String(repeating: "*", count: self[range].unicodeScalars.count)
            + self[range.upperBound...]
    }
}

extension ClearTextSecret {
    /// What a command line gives stands in no file.
    fileprivate var isInFile: Bool { place.file.contains { $0 == "." || $0 == "/" } }
}
