import Diagnostics
import OrderedCollections
import YAML

extension SavedPlan {
    private static let mark = "intchain_plan"

    /// Whether these are the bytes of a plan rather than of a playbook, which is a list.
    package static func isPlan(_ bytes: [UInt8]) -> Bool {
        guard bytes.first == UInt8(ascii: "{") else { return false }
        return (try? Value(json: String(decoding: bytes, as: UTF8.self)))?[mark] != nil
    }

    /// The file's text: JSON.
    package var text: String { value.json(pretty: true, sorted: false) + "\n" }

    /// - Throws: `Problem` when the file is damaged or of another tool's form.
    package init(parsing bytes: [UInt8], file: String) throws {
        let value = try? Value(json: String(decoding: bytes, as: UTF8.self))
        guard let value, let form = value[Self.mark]?.int else { throw Problem("\(file) is no plan") }
        guard form == Self.format else {
            throw Problem(
                "\(file) has the form \(form) of plans, and this tool knows form \(Self.format)",
                hint: "make a new plan")
        }
        guard let plan = SavedPlan(value) else { throw Problem("\(file) is damaged", hint: "make a new plan") }
        self = plan
    }

    private var value: Value {
        [
            .string(Self.mark): .int(Self.format), "tool": .string(tool), "made": .string(made), "origin": origin,
            "hosts": .list(hosts.map(Value.string)), "tasks": .list(entries.map(\.value)),
            "rescues": .list(rescues.sorted().map(Value.int)), "project": project.value, "key": .string(seal.text),
        ]
    }

    private init?(_ value: Value) {
        guard let tool = value["tool"]?.string, let made = value["made"]?.string, let origin = value["origin"],
            let hosts = value["hosts"]?.list, let tasks = value["tasks"]?.list, let rescues = value["rescues"]?.list,
            let project = value["project"].flatMap(ProjectState.init),
            let seal = value["key"]?.string.flatMap(PlanSeal.init)
        else { return nil }
        let entries = tasks.compactMap(Entry.init)
        guard entries.count == tasks.count else { return nil }
        self.init(
            tool: tool, made: made, origin: origin, hosts: hosts.compactMap(\.string), entries: entries,
            rescues: Set(rescues.compactMap(\.int)), project: project, seal: seal)
    }
}

extension SavedPlan.Entry {
    fileprivate var value: Value {
        var value: ValueMap = [
            "host": .string(key.host), "task": .string(task), "number": .int(key.task), "place": .string(place),
            "kind": .string(kind.rawValue),
        ]
        if let index = key.index { value["index"] = .int(index) }
        if let item { value["item"] = .string(item) }
        if !changes.isEmpty { value["changes"] = .list(changes.map(Value.string)) }
        if !after.isEmpty { value["after"] = .list(after.map(Value.string)) }
        if let seal { value["seal"] = .string(seal) }
        if isQuiet { value["quiet"] = true }
        return .map(value)
    }

    fileprivate init?(_ value: Value) {
        guard let host = value["host"]?.string, let number = value["number"]?.int, let task = value["task"]?.string,
            let kind = value["kind"]?.string.flatMap(PlanNote.Kind.init)
        else { return nil }
        key = PlanKey(host: host, task: number, index: value["index"]?.int)
        self.kind = kind
        self.task = task
        place = value["place"]?.string ?? ""
        item = value["item"]?.string
        changes = value["changes"]?.list?.compactMap(\.string) ?? []
        after = value["after"]?.list?.compactMap(\.string) ?? []
        seal = value["seal"]?.string
        isQuiet = value["quiet"]?.bool ?? false
    }
}
