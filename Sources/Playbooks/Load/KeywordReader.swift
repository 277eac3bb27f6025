import Diagnostics
import Jinja
import YAML

extension TaskReader {
    /// The keywords that plays, blocks and tasks share.
    func keywords(_ fields: Fields) -> Keywords {
        var keywords = Keywords()
        keywords.vars = fields.variables("vars")
        keywords.environment = fields["environment"].map { [$0] } ?? []
        keywords.tags = fields.words("tags")
        if let tag = keywords.tags.first(where: TemplatedText.isTemplated) {
            fields.log.add(
                "tags: '\(tag)' has a template in it", at: fields["tags"]?.place, hint: "write the tag itself",
                rule: .notSupported)
        }
        keywords.become = fields["become"]
        keywords.becomeUser = fields["become_user"]
        keywords.ignoreErrors = fields["ignore_errors"]
        keywords.noLog = fields["no_log"]
        keywords.runOnce = fields.bool("run_once")
        keywords.delegateTo = fields["delegate_to"]
        keywords.delegateFacts = fields["delegate_facts"]
        keywords.checkMode = fields["check_mode"]
        keywords.diff = fields["diff"]
        keywords.anyErrorsFatal = fields.bool("any_errors_fatal")
        keywords.timeout = fields.int("timeout")
        if let timeout = keywords.timeout, Double(timeout).magnitude > KeywordNumber.largest {
            fields.log.add(
                KeywordNumber.tooLarge("timeout", "\(timeout)"), at: fields["timeout"]?.place,
                hint: KeywordNumber.hint, rule: .wrongValue)
        }
        keywords.throttle = fields["throttle"]
        if let method = fields.string("become_method"), method != "sudo" {
            fields.log.add(
                "become_method '\(method)' is not supported", at: fields["become_method"]?.place, hint: "use sudo",
                rule: .notSupported)
        }
        return keywords
    }

    func taskKeywords(_ fields: Fields) -> Keywords {
        var keywords = keywords(fields)
        keywords.when = fields.list("when")
        keywords.register = fields.string("register")
        keywords.until = fields.list("until")
        keywords.retries = fields["retries"]
        keywords.delay = fields["delay"]
        keywords.changedWhen = fields.list("changed_when")
        keywords.failedWhen = fields.list("failed_when")
        keywords.notify = fields.list("notify")
        keywords.listen = fields.list("listen").compactMap(\.string)
        readLoop(fields, into: &keywords)
        if let name = keywords.register, !name.isVariableName {
            fields.log.add(
                "register: '\(name)' can't be a variable's name", at: fields["register"]?.place,
                hint: "use letters, digits and underscores, not beginning with a digit", rule: .wrongValue)
        }
        return keywords
    }

    private func readLoop(_ fields: Fields, into keywords: inout Keywords) {
        let shapes: [(String, Keywords.LoopShape)] =
            [("loop", .list)] + LookupName.loops.map { ("with_" + $0, .lookup($0)) }
        for (key, shape) in shapes {
            guard let node = fields[key] else { continue }
            if keywords.loop != nil { fields.log.add("a task has one loop", at: node.place) }
            keywords.loop = node
            keywords.loopShape = shape
        }
        // Loops that are refused have their variable all the same.
        if keywords.loop == nil, let refused = fields.first(beginning: "with_") {
            keywords.loop = refused
            keywords.loopShape = .lookup("items")
        }
        guard let control = fields["loop_control"] else { return }
        guard
            let inner = Fields(control, what: "loop_control", known: KnownKeys.loopControl, log: fields.log)
        else { return }
        keywords.loopControl.variable = inner.string("loop_var") ?? "item"
        keywords.loopControl.indexVariable = inner.string("index_var")
        keywords.loopControl.label = inner["label"]
        keywords.loopControl.pause = inner["pause"]
    }
}
