import Diagnostics
import Jinja
import Modules
import YAML

/// Makes a task's module from the arguments that stand in the playbook as they will be: what the module refuses then is
/// found before a host is contacted.
///
/// A text that holds templates is stood in for, and what is said of it is not counted. A task is left out where more
/// than texts is not known yet.
struct ArgumentsCheck {
    private let log: ProblemLog

    init(log: ProblemLog) { self.log = log }

    func check(_ task: PlaybookTask) {
        guard !task.module.spec.hangsOnHost else { return }
        var values: [String: Value] = [:]
        var places: [String: Place] = [:]
        var open: Set<String> = []
        for argument in task.arguments {
            guard !TemplatedText.isTemplated(argument.name), let value = Self.value(of: argument, open: &open) else {
                return
            }
            places[argument.name] = argument.value.place
            if value != .null || task.module.spec.openEnded { values[argument.name] = value }
        }
        // Words (`path=/srv state={{ state }}`) all stand at the same place.
        let unknown = Set(task.arguments.filter { open.contains($0.name) }.map(\.value.place))
        let known = Set(task.arguments.map(\.value.place)).subtracting(unknown)
        do {
            let arguments = try Arguments(values, for: task.module.spec, places: places, at: task.modulePlace)
            _ = try task.module.make(arguments, in: Self.context)
        } catch let problem as Problem where open.isEmpty || problem.place.map(known.contains) == true {
            log.add(problem.ruled(.wrongValue))
        } catch {
            // Only a host, or a run, can tell.
        }
    }

    /// The value, or what stands for it; nil when nothing can.
    private static func value(of argument: PlaybookTask.Argument, open: inout Set<String>) -> Value? {
        let value = argument.value.value
        switch argument.kind {
        case .expression, .list(.expression): return value
        default: break
        }
        guard value.isTemplated else { return value }
        guard case .string(let text) = value, !text.contains("omit") else { return nil }
        switch argument.kind {
        case nil, .string, .path, .localFile, .template, .raw:
            open.insert(argument.name)
            return "/stand-in"
        default: return nil
        }
    }

    /// Of no host: files are empty, and what a run alone can tell is not known.
    private static let context = ModuleContext(
        host: "localhost", facts: HostFacts(), readFile: { _ in [] }, render: { _, _ in "" },
        evaluate: { _ in throw ModuleFailure("not known before the run") })
}

extension Value {
    /// Whether a template is anywhere in it.
    fileprivate var isTemplated: Bool {
        switch self {
        case .string(let text): TemplatedText.isTemplated(text)
        case .list(let items): items.contains(where: \.isTemplated)
        case .map(let entries): entries.contains { $0.isTemplated || $1.isTemplated }
        default: false
        }
    }
}
