package import Remote

/// Everything below a directory, for `file: recurse`; nothing when the directory is missing. Links are not followed.
package struct TreeProbe: Probe {
    package var path: String

    package init(_ path: String) {
        self.path = path
    }

    package static func shell(for probes: [TreeProbe]) -> Shell {
        .lines(
            probes.map { probe in
                // A path that begins with a dash would be read as an option.
                let root = probe.path.hasPrefix("/") ? probe.path : "./" + probe.path
                return """
                    if [ -d \(root) ]; then find -H \(root) -mindepth 1 -printf '%p\\0%y\\0%m\\0%u\\0%g\\0%U\\0%G\\0'; fi
                    printf '\\0'
                    """
            })
    }

    package static func parse(_ reply: Reply, for probes: [TreeProbe]) throws -> [[TreeEntry]] {
        var fields = NULFields(reply.stdout)
        let trees = probes.compactMap { _ in tree(&fields) }
        guard reply.succeeded, trees.count == probes.count, fields.isAtEnd else {
            throw ModuleFailure("looking at directories failed", reply)
        }
        return trees
    }

    private static func tree(_ fields: inout NULFields) -> [TreeEntry]? {
        var entries: [TreeEntry] = []
        while let path = fields.text() {
            if path.isEmpty { return entries }
            guard let kind = fields.text().flatMap(kind), let mode = fields.number(radix: 8),
                let owner = fields.text(), let group = fields.text(), let uid = fields.number(),
                let gid = fields.number()
            else { return nil }
            entries.append(
                TreeEntry(
                    path: path,
                    state: FileState(kind: kind, mode: mode, owner: owner, group: group, uid: uid, gid: gid)))
        }
        return nil
    }

    /// The letters of `find -printf %y`.
    private static func kind(_ letter: String) -> FileState.Kind? {
        switch letter {
        case "f": .file
        case "d": .directory
        case "l": .link
        case "p": .fifo
        case "s": .socket
        case "b": .blockDevice
        case "c": .characterDevice
        default: nil
        }
    }
}

/// One file of a directory tree.
package struct TreeEntry: Sendable, Hashable {
    package var path: String
    package var state: FileState

    package init(path: String, state: FileState) {
        self.path = path
        self.state = state
    }
}
