import Diagnostics
import OrderedCollections
import Remote
import YAML

/// Owner, group and mode that a file is to have; nil leaves one as it is.
struct FileAttributes: Hashable, Sendable {
    var owner: String?
    var group: String?
    var mode: FileMode?

    var isEmpty: Bool { owner == nil && group == nil && mode == nil }

    /// What differs from a file's present state.
    func differences(from state: FileState) -> AttributeChanges {
        var changes = AttributeChanges()
        if let owner, !Self.names(owner, state.owner, state.uid) {
            changes.owner = .init(before: state.owner, after: owner)
        }
        if let group, !Self.names(group, state.group, state.gid) {
            changes.group = .init(before: state.group, after: group)
        }
        // A symbolic link has no mode of its own on Linux.
        if let mode, state.kind != .link {
            let bits = mode.bits(from: state.mode, isDirectory: state.kind == .directory)
            // The kernel clears these bits when the owner changes, so the mode has to be given again.
            let cleared = !changes.isEmpty && bits & 0o6000 != 0
            if bits != state.mode || cleared { changes.mode = .init(before: state.mode, after: bits) }
        }
        return changes
    }

    /// Makes a file that was just created have these attributes.
    func shell(for path: Shell, isDirectory: Bool) -> [Shell] {
        var changes = AttributeChanges()
        changes.owner = owner.map { .init(before: "", after: $0) }
        changes.group = group.map { .init(before: "", after: $0) }
        let born = isDirectory ? 0o755 : 0o644
        changes.mode = mode.map { .init(before: born, after: $0.bits(from: born, isDirectory: isDirectory)) }
        return changes.shell(for: path)
    }

    /// `mode`, `owner` and `group` for `register`, as they are once the file has these attributes; whom a new file belongs
    /// to is told only where it is given.
    func result(after present: FileState?, isDirectory: Bool) -> ValueMap {
        let born = present?.mode ?? (isDirectory ? 0o755 : 0o644)
        let bits = mode?.bits(from: born, isDirectory: isDirectory) ?? born
        var result: ValueMap = ["mode": .string(FileMode.octal(bits))]
        if let owner = owner ?? present?.owner { result["owner"] = .string(owner) }
        if let group = group ?? present?.group { result["group"] = .string(group) }
        return result
    }

    /// `owner intchain`, `mode 0640`: for a file that is new.
    func summaries(isDirectory: Bool) -> [String] {
        let bits = mode?.bits(from: isDirectory ? 0o755 : 0o644, isDirectory: isDirectory)
        return [
            owner.map { "owner \($0)" }, group.map { "group \($0)" }, bits.map { "mode \(FileMode.octal($0))" },
        ].compactMap(\.self)
    }

    private static func names(_ wanted: String, _ name: String, _ id: Int) -> Bool {
        Int(wanted).map { $0 == id } ?? (wanted == name)
    }
}

/// The attributes of one file that are to change.
struct AttributeChanges: Hashable, Sendable {
    struct Step<Value: Hashable & Sendable>: Hashable, Sendable {
        var before: Value
        var after: Value
    }

    var owner: Step<String>?
    var group: Step<String>?
    var mode: Step<Int>?

    var isEmpty: Bool { owner == nil && group == nil && mode == nil }

    /// `mode 0644 → 0640`, `owner root → intchain`.
    var summaries: [String] {
        [
            owner.map { "owner \($0.before) → \($0.after)" },
            group.map { "group \($0.before) → \($0.after)" },
            mode.flatMap {
                $0.before == $0.after ? nil : "mode \(FileMode.octal($0.before)) → \(FileMode.octal($0.after))"
            },
        ].compactMap(\.self)
    }

    /// - Parameter path: the path as shell text: a quoted word or a quoted variable.
    func shell(for path: Shell, followsLinks: Bool = true) -> [Shell] {
        var lines: [Shell] = []
        if owner != nil || group != nil {
            let names = (owner?.after ?? "") + (group.map { ":\($0.after)" } ?? "")
            lines.append(followsLinks ? "chown \(names) -- \(path)" : "chown -h \(names) -- \(path)")
        }
        // Five digits: with four, chmod keeps a directory's set-group-ID bit.
        if let mode { lines.append("chmod \("0" + FileMode.octal(mode.after)) -- \(path)") }
        return lines
    }
}

extension Arguments {
    /// A file mode, or nil.
    /// - Throws: `Problem` when it is none, an unquoted decimal such as 644 included.
    func mode(_ name: String) throws -> FileMode? {
        do {
            switch raw(name) {
            case nil, .null: return nil
            case .int(let number): return try FileMode(number: number)
            default: return try FileMode(string(name) ?? "")
            }
        } catch let error as FileModeError {
            throw problem(name, error.description, hint: error.hint)
        }
    }

    /// `owner`, `group` and `mode`.
    func fileAttributes() throws -> FileAttributes {
        try FileAttributes(owner: string("owner"), group: string("group"), mode: mode("mode"))
    }
}
