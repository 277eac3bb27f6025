import OrderedCollections
import Diagnostics
import Modules
import YAML

/// Reads one play.
struct PlayReader {
    let loader: PlaybookLoader
    /// The playbook's folder.
    let directory: String
    private var log: ProblemLog { loader.log }

    init(loader: PlaybookLoader, directory: String) {
        self.loader = loader
        self.directory = directory
    }

    func play(_ node: Node) -> Play? {
        let fields = Fields(
            node, what: "a play", known: KnownKeys.play, unsupported: KnownKeys.unsupportedInPlay, log: log)
        guard let fields else { return nil }
        guard let hosts = hosts(fields) else { return nil }
        var play = Play(
            name: fields.string("name"), place: node.place, hosts: hosts.joined(separator: ","), hostPatterns: hosts,
            hostsPlace: fields["hosts"]?.place ?? node.place, directory: directory)
        play.vars = fields.variables("vars")
        play.varsFiles = fields.list("vars_files")
        play.gatherFacts = fields.bool("gather_facts") ?? true
        play.forceHandlers = fields.bool("force_handlers") ?? false
        readPace(fields, into: &play)
        readLists(fields, into: &play)
        return play
    }

    private func hosts(_ fields: Fields) -> [String]? {
        guard fields["hosts"] != nil else {
            log.addGap("a play needs 'hosts'", at: fields.node.place, hint: "write '- hosts: all', or a group's name")
            return nil
        }
        if let node = fields.list("hosts").first(where: \.isTemplated) {
            fields.log.add(
                "hosts: '\(node.string ?? "")' has a template in it", at: node.place,
                hint: "write a group or 'all', and choose among its hosts with --limit", rule: .notSupported)
            return ["all"]
        }
        let words = fields.list("hosts").compactMap(\.string)
        guard !words.isEmpty else {
            log.addGap("hosts: expected a pattern", at: fields.keyPlace("hosts"))
            return nil
        }
        return words
    }

    private func readPace(_ fields: Fields, into play: inout Play) {
        if let node = fields["serial"], node.isTemplated {
            play.serialTemplate = node
        } else {
            play.serial = fields.list("serial").compactMap(batch)
        }
        play.order = choice("order", fields) ?? .inventory
        if let node = fields["max_fail_percentage"] {
            switch node.value {
            case .int(let share): play.maxFailPercentage = Double(share)
            case .float(let share): play.maxFailPercentage = share
            case .string(let text) where Double(text.trimming { $0 == "%" }) != nil:
                play.maxFailPercentage = Double(text.trimming { $0 == "%" })
            default: log.add("max_fail_percentage: expected a number", at: node.place, rule: .wrongType)
            }
        }
        play.strategy = choice("strategy", fields) ?? .free
    }

    private func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String, _ fields: Fields
    ) -> Choice? where Choice.RawValue == String {
        guard let text = fields.string(name) else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        let known = Choice.allCases.map(\.rawValue)
        log.add(
            "\(name): '\(text)' is not one of \(known.joined(separator: ", "))", at: fields[name]?.place,
            hint: Suggestion.hint(for: text, among: known), rule: .wrongValue)
        return nil
    }

    private func batch(_ node: Node) -> BatchSize? {
        if let size = BatchSize(node.value) { return size }
        log.add(
            "serial: expected a number of hosts or a percentage", at: node.place, hint: "write 1, or '50%'",
            rule: .wrongType)
        return nil
    }

    private func readLists(_ fields: Fields, into play: inout Play) {
        let roles = RoleCollection()
        let reader = TaskReader(loader: loader, directory: directory, roles: roles)
        play.keywords = reader.keywords(fields)
        // A play's own variables are a layer of their own; tasks inherit only the other keywords.
        play.keywords.vars = [:]
        // Tasks are numbered as they are read: in the order in which they run.
        play.preTasks = reader.items(fields.tasks("pre_tasks"), inside: play.keywords)
        let roleReader = RoleReader(loader: loader, directory: directory, roles: roles)
        let roleTasks = fields.list("roles").flatMap { roleReader.listed($0, in: play.keywords) }
        play.tasks = roleTasks + reader.items(fields.tasks("tasks"), inside: play.keywords)
        play.postTasks = reader.items(fields.tasks("post_tasks"), inside: play.keywords)
        let handlers = reader.handlers(fields.tasks("handlers"), inside: play.keywords)
        play.roles = roles.roles
        play.handlers = roles.handlers + handlers + roles.includedHandlers
    }
}
