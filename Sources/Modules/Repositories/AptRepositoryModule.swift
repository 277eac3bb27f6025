import Diagnostics
import OrderedCollections
import Remote
import YAML

/// `apt_repository`: a package source of Debian and Ubuntu in the one-line form.
package struct AptRepositoryModule: Convergent {
    package static let spec = ModuleSpec(
        "ansible.builtin.apt_repository", summary: "Adds or removes a Debian package source line.",
        arguments: [
            ArgumentSpec("repo", required: true),
            ArgumentSpec("state", choices: ["present", "absent"]),
            ArgumentSpec("filename"),
            ArgumentSpec("mode", .mode),
            ArgumentSpec("update_cache", .bool, aliases: ["update-cache"]),
        ])

    private let line: String
    private let isWanted: Bool
    private let path: String
    private let mode: FileMode?
    private let updates: Bool

    package init(_ arguments: Arguments, in context: ModuleContext) throws {
        line = try arguments.requiredString("repo").split(whereSeparator: \.isWhitespace).joined(separator: " ")
        guard line.hasPrefix("deb ") || line.hasPrefix("deb-src ") else {
            throw arguments.problem(
                "repo", "'\(line)' is no source line", hint: "write: deb [options] address suite components")
        }
        isWanted = try arguments.string("state") != "absent"
        let name = try arguments.string("filename") ?? Self.fileName(of: line)
        path = "/etc/apt/sources.list.d/\(name.hasSuffix(".list") ? String(name.dropLast(5)) : name).list"
        mode = try arguments.mode("mode")
        updates = try arguments.bool("update_cache") ?? true
    }

    package var probes: [any Probe] { [probe, mainProbe] }

    package func converge(_ findings: Findings) throws -> Convergence {
        let finding = try findings(probe)
        let result: ValueMap = ["repo": .string(line), "state": isWanted ? "present" : "absent"]
        let main = try findings(mainProbe).text ?? ""
        if isWanted, lines(main).contains(line), finding.state == nil { return Convergence(result: result) }
        let edited = try edited(finding.text ?? "")
        if edited.isEmpty {
            let removal = Change("remove \(path)", by: .changes(.lines(["set -e", "rm -f -- \(path)"] + update)))
            return Convergence(finding.state == nil ? [] : [removal], result: result)
        }
        var write = FileWrite(
            path: path, content: .bytes(Array(edited.utf8)), attributes: FileAttributes(mode: mode))
        if edited != finding.text { write.afterwards = update }
        return Convergence(try write.change(from: finding).map { [$0] } ?? [], result: result)
    }

    private var probe: FileProbe { FileProbe(path, content: .always) }
    private var mainProbe: FileProbe { FileProbe("/etc/apt/sources.list", content: .always) }

    private var update: [Shell] { updates ? [AptCommands.update] : [] }

    private func edited(_ text: String) throws -> String {
        guard isWanted != lines(text).contains(line) else { return text }
        if isWanted { return try LineEdit(line: line).applied(to: text).text }
        var document = TextLines(text)
        document.lines.removeAll { lines($0).contains(line) }
        return document.text
    }

    /// The source lines of a file, their blanks made single.
    private func lines(_ text: String) -> [String] {
        text.split(separator: "\n").map { line in
            line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        }
    }

    /// `http_example_com_debian` without the scheme, as Ansible names the file.
    private static func fileName(of line: String) -> String {
        let words = line.replacing(/\[[^\]]*\]/, with: "").replacing(/\w+:\/\//, with: "").split(separator: " ")
        let address = words.dropFirst().first.map(String.init) ?? "sources"
        let host = address.split(separator: "@", maxSplits: 1).last.map(String.init) ?? address
        return host.split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }.joined(separator: "_")
    }
}
