import Digests
import Remote

/// A file that is to have a content: written beside its place, given its owner and mode, validated, and then renamed,
/// so that nobody ever sees half of it.
struct FileWrite: Sendable {
    enum Content: Sendable {
        case bytes([UInt8])
        /// A file of the host, and its SHA-256.
        case copy(of: String, digest: String)

        var digest: String {
            switch self {
            case .bytes(let bytes): SHA256.hex(bytes)
            case .copy(_, let digest): digest
            }
        }

        var text: String? {
            guard case .bytes(let bytes) = self, !bytes.contains(0) else { return nil }
            return String(validating: bytes, as: UTF8.self)
        }
    }

    var path: String
    var content: Content
    var attributes = FileAttributes()
    /// A command with `%s` for the new file; the old one stays when it fails.
    var validation: CommandWords?
    var backup = false
    /// Writes to what a symbolic link leads to; otherwise the link is replaced.
    var followsLinks = false
    /// Commands to run when the file is in its place.
    var afterwards: [Shell] = []

    /// The one change that gives the file its content, owner, group and mode; nil when nothing differs.
    func change(from finding: FileFinding) throws -> Change? {
        let present = followsLinks ? finding.followed : finding.state
        if let present, present.kind != .file, present.kind != .link {
            throw ModuleFailure("\(path) is \(present.kind.noun), not a file")
        }
        guard let present, present.kind == .file else { return creation(replacing: finding) }
        let differences = attributes.differences(from: present)
        if finding.sha256 == content.digest { return differences.change(of: path) }
        let before = finding.text
        let counted = TextChange.count(before, content.text)
        return Change(
            (["content" + (counted.map { " (\($0))" } ?? "")] + differences.summaries).joined(separator: ", "),
            diff: before != nil && content.text != nil
                ? TextDiff(name: path, before: before, after: content.text) : nil,
            basis: finding.sha256, by: fragment(keepsAttributes: true))
    }

    private func creation(replacing finding: FileFinding) -> Change {
        let verb =
            finding.state?.kind == .link && !followsLinks ? "replace the link to \(finding.linkText ?? "")" : "create"
        let lines = content.text.map { "\(verb) (\(TextChange.lines($0.lineCount)))" } ?? verb
        return Change(
            ([lines] + attributes.summaries(isDirectory: false)).joined(separator: ", "),
            diff: content.text.map { TextDiff(name: path, before: nil, after: $0) },
            by: fragment(keepsAttributes: false))
    }

    private func fragment(keepsAttributes: Bool) -> Fragment {
        let destination = path.contains("/") ? path : "./" + path
        var lines: [Shell] = [
            "set -e",
            followsLinks ? "file=$(readlink -f -- \(destination))" : "file=\(destination)",
            "mask=$(umask)",
            "umask 077",
            "new=$(mktemp -- \"${file%/*}/.intchain.XXXXXXXXXX\")",
            "trap 'rm -f -- \"$new\"' EXIT",
            "trap 'exit 129' HUP INT TERM",
        ]
        switch content {
        case .bytes: lines.append("cat -- \"$in1\" > \"$new\"")
        case .copy(let source, _): lines.append("cat -- \(source) > \"$new\"")
        }
        lines += firstAttributes(keepsAttributes: keepsAttributes)
        lines += attributes.shell(for: "\"$new\"", isDirectory: false)
        if let validation { lines.append("\(validation.shell(with: "\"$new\"")) >&2") }
        if backup { lines += Self.keepOld }
        lines.append("mv -fT -- \"$new\" \"$file\"")
        lines.append("trap - EXIT")
        lines.append("if command -v restorecon >/dev/null 2>&1; then restorecon -- \"$file\" || :; fi")
        lines += afterwards
        if case .bytes(let bytes) = content { return .changes(.lines(lines), inputs: [bytes]) }
        return .changes(.lines(lines))
    }

    /// What the new file has from the old one, or from its source on the same host, before it gets its own attributes.
    private func firstAttributes(keepsAttributes: Bool) -> [Shell] {
        let mode: Shell
        var lines: [Shell] = []
        switch content {
        case _ where !keepsAttributes: mode = "chmod \"$(printf %o $((0666 & ~mask)))\" -- \"$new\""
        case .copy(let source, _): mode = "chmod --reference=\(source) -- \"$new\""
        case .bytes:
            // Only root may give a file away: others keep their own name on it, as Ansible does.
            lines = ["chown --reference=\"$file\" -- \"$new\" 2>/dev/null || :"]
            mode = "chmod --reference=\"$file\" -- \"$new\""
        }
        // A mode that is given must be the first that lets others in: the content may be a secret.
        return attributes.mode == nil ? lines + [mode] : lines
    }

    /// Prints the copy's name, which becomes the result's `backup_file`.
    private static let keepOld: [Shell] = [
        """
        if [ -e "$file" ]; then
        old="$file.$$.$(date '+%Y-%m-%d@%H:%M:%S')~"
        cp -p -- "$file" "$old"
        printf '%s' "$old"
        fi
        """
    ]
}

extension AttributeChanges {
    /// The change of a path's attributes; nil when there is nothing to change.
    func change(of path: String, followsLinks: Bool = true) -> Change? {
        guard !isEmpty else { return nil }
        let summary = summaries.isEmpty ? "mode" : summaries.joined(separator: ", ")
        return Change(summary, by: .changes(.lines(["set -e"] + shell(for: "\(path)", followsLinks: followsLinks))))
    }
}
