import Remote

/// Where a host keeps the handlers that it owes: a file each, so that a run that fails or is killed loses none.
///
/// A change writes them itself, before it is made; the handler's own change removes them. They are read with the
/// greeting, so an unchanged run pays nothing. An account without root's rights has a folder of its own.
package struct OwedFolder: Sendable, Hashable {
    private let base: String

    /// - Parameter base: the folder below which root's is.
    package init(base: String = "/var/lib") {
        self.base = base
    }

    static let mark = "#intchain-owed"

    /// Prints what is owed; no process is started as root.
    var look: Shell {
        """
        \(place)
        printf '%s\\0' \(Self.mark)
        if ic_own; then for ic_x in "$ic_w"/*; do
        ic_h=; ic_k=; [ ! -f "$ic_x" ] || { IFS= read -r ic_h; IFS= read -r ic_k; } <"$ic_x"
        [ -z "$ic_k" ] || printf '%s\\n%s\\n%s\\n' "$ic_h" "$ic_k" "$ic_x"
        done; fi
        printf '\\0'
        """
    }

    /// What `look` printed, wherever it stands in an answer: the handlers, each with the file that stands for it.
    static func read(_ bytes: [UInt8]) -> [OwedHandler: String] {
        let fields = bytes.split(separator: 0, omittingEmptySubsequences: false)
        guard let start = fields.lastIndex(where: { $0.elementsEqual(mark.utf8) }), fields.count > start + 1 else {
            return [:]
        }
        let lines = String(decoding: fields[start + 1], as: UTF8.self).split(separator: "\n")
        return stride(from: 0, to: lines.count - 2, by: 3).reduce(into: [:]) { owed, line in
            owed[OwedHandler(host: String(lines[line]), name: String(lines[line + 1]))] = String(lines[line + 2])
        }
    }

    /// The text of a change that notes handlers before it and forgets others after it. One that fails takes back what
    /// it noted itself.
    func around(_ change: Shell, noting: Set<OwedHandler>, forgetting: Set<OwedHandler>) -> Shell {
        guard !noting.isEmpty || !forgetting.isEmpty else { return change }
        return """
            \(place)
            ic_new=
            \(note(noting))
            (
            \(change)
            )
            ic_r=$?
            if [ "$ic_r" -eq 0 ]; then \(forgetting.isEmpty ? ":" : remove(forgetting)); else
            [ -z "$ic_new" ] || rm -f -- $ic_new
            fi
            exit "$ic_r"
            """
    }

    func noting(_ handlers: Set<OwedHandler>) -> Shell { "\(place)\nic_new=\n\(note(handlers))" }

    func forgetting(_ handlers: Set<OwedHandler>) -> Shell { "\(place)\n\(remove(handlers))" }

    private var place: Shell {
        """
        ic_w=\(base)/intchainctl/owed; [ -w \(base) ] || {
        \(Shell.ownUID)
        ic_w=/var/tmp/intchain-$ic_uid/owed; }
        ic_own() { [ ! -L "${ic_w%/*}" ] && [ -O "${ic_w%/*}" ] && [ ! -L "$ic_w" ] && [ -O "$ic_w" ]; }
        """
    }

    /// Below /var/tmp anybody may have made a folder of that name: only one of our own is used. What can't be kept is no
    /// reason to leave the change unmade.
    private func note(_ handlers: Set<OwedHandler>) -> Shell {
        guard !handlers.isEmpty else { return ":" }
        let folder: Shell = "[ -d \"$ic_w\" ] || (umask 077; mkdir -p -- \"$ic_w\") 2>/dev/null"
        return .lines(
            [folder]
                + handlers.sorted { $0.name < $1.name }.map { handler in
                    """
                    ic_x=$ic_w/\(handler.fileName)
                    [ -s "$ic_x" ] || { ic_own &&
                    printf '%s\\n%s\\n' \(handler.host) \(handler.name) >"$ic_x" && ic_new="$ic_new $ic_x"
                    } 2>/dev/null
                    """
                })
    }

    private func remove(_ handlers: Set<OwedHandler>) -> Shell {
        let words = handlers.map(\.fileName).sorted().map { name -> Shell in " \"$ic_w\"/\(name)" }
        return words.reduce("! ic_own || rm -f --") { "\($0)\($1)" }
    }
}
