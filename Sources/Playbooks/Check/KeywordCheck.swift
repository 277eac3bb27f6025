import Diagnostics
import Jinja
import Modules
import YAML

/// Checks the values of keywords as far as they stand in the playbook.
struct KeywordCheck {
    let log: ProblemLog

    func check(_ keywords: Keywords) {
        let flags = [
            ("become", keywords.become), ("ignore_errors", keywords.ignoreErrors), ("no_log", keywords.noLog),
            ("check_mode", keywords.checkMode), ("diff", keywords.diff), ("delegate_facts", keywords.delegateFacts),
        ]
        for (name, node) in flags { flag(name, node) }
        number("throttle", keywords.throttle)
        number("retries", keywords.retries)
        number("delay", keywords.delay)
        number("pause", keywords.loopControl.pause)
        for node in keywords.environment { mapping("environment", node) }
        if let loop = keywords.loop { list(loop, keywords.loopShape) }
    }

    private func flag(_ name: String, _ node: Node?) {
        guard let node, !node.isTemplated else { return }
        if node.value != .null, node.value.flag == nil { expected("true or false", name, node) }
    }

    private func number(_ name: String, _ node: Node?) {
        guard let node, !node.isTemplated else { return }
        let number: Double
        switch node.value {
        case .null: return
        case .int(let whole): number = Double(whole)
        case .float(let fraction): number = fraction
        case .string(let text):
            guard let parsed = Double(text) else { return expected("a number", name, node) }
            number = parsed
        default: return expected("a number", name, node)
        }
        guard number.magnitude <= KeywordNumber.largest else {
            let text = node.value.string ?? "\(number)"
            return log.add(
                KeywordNumber.tooLarge(name, text), at: node.place, hint: KeywordNumber.hint, rule: .wrongValue)
        }
    }

    private func mapping(_ name: String, _ node: Node) {
        for item in node.sequence ?? [node] where item.mapping == nil && !item.isTemplated && item.value != .null {
            expected("a mapping", name, item)
        }
    }

    private func list(_ node: Node, _ shape: Keywords.LoopShape) {
        guard !node.isTemplated else { return }
        switch (shape, node.value) {
        case (.list, .list): return
        case (.lookup("dict"), let value) where value.map == nil: expected("a mapping", "with_dict", node)
        case (.lookup, _): return
        case (.list, _): expected("a list", "loop", node)
        }
    }

    private func expected(_ what: String, _ name: String, _ node: Node) {
        let found = node.value.string.map { "'\($0)'" } ?? node.value.kind
        log.add("\(name): expected \(what), found \(found)", at: node.place, rule: .wrongType)
    }
}

extension Node {
    /// A string with a template in it: its value is not known yet.
    var isTemplated: Bool { string.map(TemplatedText.isTemplated) ?? false }
}
