import Diagnostics
import Jinja
import Modules
import OrderedCollections
import YAML

/// Checks the templates and expressions of one play: that they parse, and that what they read is defined somewhere.
struct TextCheck {
    let names: KnownNames
    let members: MemberCheck
    let templating: Templating
    let files: any ProjectFiles
    let log: ProblemLog
    let madeFiles: MadeFiles
    private let readNames: ReadNames
    private let definitions: Definitions
    /// Folders that lookups look in: the role's, the playbook's.
    private(set) var folders: [String] = []
    /// Templates that are being checked, from the outermost one: they may include themselves.
    private(set) var openTemplates: [String] = []
    private(set) var environment: JinjaEnvironment
    /// Whether every run comes to the text: elsewhere a condition may ask for what there is not.
    private(set) var isCertain = true
    /// Stands among a task's own names when it can't be told which they are.
    static let anything = "*"

    init(
        names: KnownNames, members: MemberCheck, definitions: Definitions, templating: Templating,
        files: any ProjectFiles, madeFiles: MadeFiles, readNames: ReadNames, log: ProblemLog
    ) {
        self.names = names
        self.members = members
        self.definitions = definitions
        self.templating = templating
        self.files = files
        self.madeFiles = madeFiles
        self.readNames = readNames
        self.log = log
        environment = JinjaEnvironment(files: files)
    }

    /// The same for texts of a role, or of the playbook.
    func looking(in folders: [String]) -> TextCheck {
        var copy = self
        copy.folders = folders
        return copy
    }

    /// The same for texts that not every run may come to.
    func coming(always: Bool) -> TextCheck {
        var copy = self
        copy.isCertain = isCertain && always
        return copy
    }

    /// The same for what a template includes.
    func inside(_ template: String) -> TextCheck {
        var copy = self
        copy.openTemplates.append(template)
        copy.environment = environment.inside(template, roots: folders)
        return copy
    }

    /// An expression without braces.
    func expression(_ node: Node, own: Set<String>) {
        if case .bool = node.value { return }
        guard let parsed = log.collecting(.templateSyntax, { try templating.expression(node) }) else { return }
        references(parsed.references, own: own)
    }

    /// An expression that says yes or no.
    func condition(_ node: Node, own: Set<String>) {
        expression(node, own: own)
        guard node.value.bool == nil, let problem = (try? templating.expression(node))?.mistakeAsCondition else {
            return
        }
        log.add(problem.ruled(.wrongType))
    }

    /// A text with templates in it, or a collection of them.
    func text(_ node: Node, own: Set<String>) {
        node.eachTemplate { node, text in
            if let parsed = try? templating.templatedText(node, text) {
                return references(parsed.references, own: own)
            }
            let broken = TemplatedText.mistakes(in: text, origin: node.origin)
            for problem in broken.problems { log.add(problem.ruled(.templateSyntax)) }
            references(broken.references, own: own)
        }
    }

    /// A template's file.
    func template(_ path: String, own: Set<String>) {
        let parsed = Result { try templating.template(path, options: .init()) }
        if let parsed = try? parsed.get() { return references(parsed.references, own: own) }
        // One that is no text has a mistake of another kind.
        guard let bytes = files.read(path), String(validating: bytes, as: UTF8.self) != nil else {
            _ = log.collecting(.templateSyntax) { try parsed.get() }
            return
        }
        let broken = Template.mistakes(
            in: String(decoding: bytes, as: UTF8.self), origin: TextOrigin(file: path),
            options: TemplateOptions(trimBlocks: true))
        for problem in broken.problems { log.add(problem.ruled(.templateSyntax)) }
        references(broken.references, own: own)
    }

    func references(_ references: References, own: Set<String>) {
        TemplateFileCheck(texts: self, own: own).check(references.files)
        readNames.add(references)
        guard !own.contains(Self.anything) else { return }
        for reference in references.names where !reference.isGuarded {
            guard !own.contains(reference.name) else { continue }
            let isRead = isCertain && !reference.isConditional
            define(reference.name, isRead: isRead, own: own)
            if isRead, let problem = members.problem(of: reference) { log.add(problem) }
            guard !names.contains(reference.name, isCertain: isRead) else { continue }
            let place = MagicVariables.ofPlaces.contains(reference.name) ? "here" : "anywhere"
            log.add(
                "'\(reference.name)' is not defined \(place)", at: reference.place,
                hint: hint(for: reference.name, own), rule: .undefinedVariable)
        }
    }

    /// What a variable's text reads counts with the variable's use.
    private func define(_ name: String, isRead: Bool, own: Set<String>) {
        let nodes = definitions.firstUse(of: name, isRead: isRead)
        guard !nodes.isEmpty else { return }
        let inPlace = coming(always: isRead && definitions.isOnly(name))
        for node in nodes { inPlace.text(node, own: own.intersection(MagicVariables.ofPlaces)) }
    }

    private func hint(for name: String, _ own: Set<String>) -> String? {
        if MagicVariables.ofRoles.contains(name) { return "only a role's tasks have it" }
        if MagicVariables.ofPlaces.contains(name) { return "only templates have it" }
        let known = names.all.union(own)
        guard name.hasPrefix("ansible_") else { return Suggestion.hint(for: name, among: known.sorted()) }
        let facts = FactNames.all.map { "ansible_" + $0 }
        return Suggestion.hint(for: name, among: known.union(facts).sorted()) ?? MemberCheck.allFacts
    }

    /// Names that conditions provide for (`when: x is defined`): the task is skipped where they are not defined.
    func guarded(by conditions: [Node]) -> Set<String> {
        let read = conditions.compactMap { (try? templating.expression($0))?.references }
        return Set(read.flatMap { $0.names.filter(\.isGuarded).map(\.name) }).union(read.flatMap(\.asked))
    }
}

/// Checks only that texts parse: what a variable's own text reads counts where the variable is used.
struct SyntaxCheck {
    let templating: Templating
    let readNames: ReadNames
    let log: ProblemLog

    func check(_ node: Node) {
        node.eachTemplate { node, text in
            if let parsed = try? templating.templatedText(node, text) { return readNames.add(parsed.references) }
            for problem in TemplatedText.mistakes(in: text, origin: node.origin).problems {
                log.add(problem.ruled(.templateSyntax))
            }
        }
    }
}

extension Node {
    fileprivate var origin: TextOrigin { TextOrigin(file: place.file, place: place(atOffset:)) }

    /// Every string below this node that has a template in it.
    fileprivate func eachTemplate(_ body: (Node, String) -> Void) {
        switch content {
        case .sequence(let nodes): for node in nodes { node.eachTemplate(body) }
        case .mapping(let entries): for entry in entries { entry.value.eachTemplate(body) }
        case .scalar(let scalar):
            guard case .string(let text) = scalar.value, TemplatedText.isTemplated(text), !scalar.isUnsafe else {
                return
            }
            body(self, text)
        }
    }
}
