import OrderedCollections
import Remote
import YAML

/// `sysctl`: a kernel parameter has a value, at boot and, if asked, now.
package struct SysctlModule: Convergent {
    package static let spec = ModuleSpec(
        "ansible.posix.sysctl", summary: "Sets a kernel parameter.",
        arguments: [
            ArgumentSpec("name", required: true, aliases: ["key"]),
            ArgumentSpec("value", aliases: ["val"]),
            ArgumentSpec("state", choices: ["present", "absent"]),
            ArgumentSpec("sysctl_file", .path),
            ArgumentSpec("sysctl_set", .bool),
            ArgumentSpec("reload", .bool),
            ArgumentSpec("ignoreerrors", .bool),
        ])

    private let name: String
    /// nil: the file is not to set the parameter.
    private let value: String?
    private let file: String
    private let setsNow: Bool
    private let reloads: Bool
    private let ignoresErrors: Bool

    package init(_ arguments: Arguments, in context: ModuleContext) throws {
        name = try arguments.requiredString("name")
        file = try arguments.string("sysctl_file") ?? "/etc/sysctl.conf"
        setsNow = try arguments.bool("sysctl_set") ?? false
        reloads = try arguments.bool("reload") ?? true
        ignoresErrors = try arguments.bool("ignoreerrors") ?? false
        guard try arguments.string("state") != "absent" else {
            value = nil
            return
        }
        guard let text = try Self.value(arguments), !text.isEmpty else {
            throw arguments.problem("name", "value is missing", hint: "write value, or state: absent")
        }
        value = text
    }

    package var probes: [any Probe] { [probe] + (setsNow && value != nil ? [SysctlProbe(name)] : []) }

    package func converge(_ findings: Findings) throws -> Convergence {
        let finding = try findings(probe)
        guard finding.state == nil || finding.text != nil else { throw ModuleFailure("\(file) is not readable") }
        let before = finding.text ?? ""
        var write = FileWrite(path: file, content: .bytes(Array(edited(before).utf8)), followsLinks: true)
        if reloads { write.afterwards = [ignoresErrors ? "sysctl -e -q -p \(file) || :" : "sysctl -q -p \(file)"] }
        var changes: [Change] = []
        if finding.state != nil || value != nil, let change = try write.change(from: finding) {
            changes.append(Change("\(title) in \(file)", diff: change.diff, by: change.fragment))
        }
        if setsNow, let value, let change = try kernelChange(to: value, findings) { changes.append(change) }
        return Convergence(changes, result: ["name": .string(name)])
    }

    private var probe: FileProbe { FileProbe(file, content: .always) }

    private var title: String { value.map { "\(name) = \($0)" } ?? "remove \(name)" }

    private func kernelChange(to value: String, _ findings: Findings) throws -> Change? {
        let present = try findings(SysctlProbe(name))
        guard present != value else { return nil }
        let assignment = "\(name)=\(value)"
        return Change(
            "\(name) \(present ?? "unknown") → \(value)",
            by: .changes(ignoresErrors ? "sysctl -e -q -w \(assignment) || :" : "sysctl -q -w \(assignment)"))
    }

    /// Every line that sets the parameter becomes one line; the rest stays as it is.
    private func edited(_ text: String) -> String {
        var document = TextLines(text)
        let own = document.lines.indices.filter { Self.assignment(document.lines[$0])?.name == name }
        if let value, own.count == 1, Self.assignment(document.lines[own[0]])?.value == value { return text }
        for index in own.dropFirst(value == nil ? 0 : 1).reversed() { document.lines.remove(at: index) }
        guard let value else { return document.text }
        if let first = own.first {
            document.lines[first] = "\(name)=\(value)\n"
        } else {
            document.endLastLine()
            document.lines.append("\(name)=\(value)\n")
        }
        return document.text
    }

    /// `name = value`; comments begin with `#` or `;`, and a dash before the name means that errors don't matter.
    private static func assignment(_ line: String) -> (name: String, value: String)? {
        guard let match = line.withoutNewline.wholeMatch(of: /\s*-?\s*([^#;=\s-][^=\s]*)\s*=\s*(.*)/) else {
            return nil
        }
        return (String(match.output.1), SysctlProbe.normalized(String(match.output.2)))
    }

    private static func value(_ arguments: Arguments) throws -> String? {
        switch arguments.raw("value") {
        case .bool(let flag): flag ? "1" : "0"
        default: try arguments.string("value").map(SysctlProbe.normalized)
        }
    }
}
