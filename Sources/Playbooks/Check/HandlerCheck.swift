import Diagnostics
import Jinja
import YAML

/// Checks that what tasks notify exists in their play.
struct HandlerCheck {
    /// What `notify` may name; nil when any name may be one: a handler's name holds a template, or could not be read.
    private let names: Set<String>?
    private let log: ProblemLog

    init(_ play: Play, isOpen: Bool, log: ProblemLog) {
        let isTemplated = play.handlers.contains { $0.name?.string.map(TemplatedText.isTemplated) == true }
        let known = play.handlers.flatMap { [$0.name?.string, $0.label].compactMap { $0 } + $0.keywords.listen }
        names = isOpen || isTemplated ? nil : Set(known)
        self.log = log
    }

    func check(_ keywords: Keywords) {
        guard let names else { return }
        for node in keywords.notify {
            guard let name = node.string, !TemplatedText.isTemplated(name), !names.contains(name) else { continue }
            log.add(
                "there is no handler '\(name)' in this play", at: node.place,
                hint: Suggestion.hint(for: name, among: names.sorted()), rule: .undefinedHandler)
        }
    }
}
