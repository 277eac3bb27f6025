import Remote

extension UserModule {
    func creation(_ known: [String: GroupFinding]) -> Change {
        var flags = system ? ["-r"] : []
        var words: [String] = []
        if let uid {
            flags += (unique ? [] : ["-o"]) + ["-u", String(uid)]
            words.append("uid \(uid)")
        }
        if let group {
            flags += ["-g", group]
            words.append("group \(group)")
        } else if known[name] != nil {
            // A group of the user's name is there already: useradd would refuse to make its own.
            flags += ["-N", "-g", name]
        }
        if let groups, !groups.isEmpty {
            flags += ["-G", groups.joined(separator: ",")]
            words.append("groups \(groups.joined(separator: ", "))")
        }
        if let comment { flags += ["-c", comment] }
        if let home { flags += ["-d", home] }
        if let shell { flags += ["-s", shell] }
        flags.append(createsHome ? "-m" : "-M")
        let summary = (["create the user"] + words).joined(separator: ", ")
        return Change(
            summary,
            by: fragment(
                ["useradd \(flags) -- \(name)", "getent passwd -- \(name)"], setsPassword: password != nil))
    }

    func modification(of present: UserFinding, _ known: [String: GroupFinding]) -> Change? {
        var edit = UserEdit()
        edit.number(uid, present.uid, unique: unique)
        if let group, Self.gid(group, known) != present.gid {
            let before = known.first { $0.value.gid == present.gid }?.key ?? String(present.gid)
            edit.add("group \(before) → \(group)", ["-g", group])
        }
        addGroups(to: &edit, of: present, known)
        if let comment, comment != present.comment { edit.add("comment", ["-c", comment]) }
        if let home, home != present.home {
            edit.add("home \(present.home) → \(home)", ["-d", home] + (movesHome ? ["-m"] : []))
        }
        if let shell, shell != present.shell { edit.add("shell \(present.shell) → \(shell)", ["-s", shell]) }
        let setsPassword = password != nil && updatesPassword && password != present.hash
        if setsPassword { edit.summaries.append("password") }
        var lines: [Shell] = edit.flags.isEmpty ? [] : ["usermod \(edit.flags) -- \(name)"]
        if createsHome, !present.hasHome, home == nil || home == present.home {
            edit.summaries.append("create the home directory")
            lines.append(Self.homeCreation(name))
        } else if createsHome, let home, home != present.home, !movesHome {
            lines.append("if [ ! -e \(home) ]; then\n\(Self.homeCreation(name))\nfi")
        }
        guard !edit.summaries.isEmpty else { return nil }
        return Change(edit.summaries.joined(separator: ", "), by: fragment(lines, setsPassword: setsPassword))
    }

    private func addGroups(to edit: inout UserEdit, of present: UserFinding, _ known: [String: GroupFinding]) {
        guard let groups else { return }
        let primary = group.flatMap { Self.gid($0, known) } ?? present.gid
        let wanted = groups.filter { Self.gid($0, known) != primary }
        let current = known.filter { $0.value.members.contains(name) && $0.value.gid != primary }.map(\.key)
        let missing = wanted.filter { !current.contains($0) }
        if append {
            guard !missing.isEmpty else { return }
            edit.add("join \(missing.joined(separator: ", "))", ["-a", "-G", missing.joined(separator: ",")])
        } else if Set(wanted) != Set(current) {
            let text = wanted.isEmpty ? "none" : wanted.joined(separator: ", ")
            edit.add("groups \(text)", ["-G", wanted.joined(separator: ",")])
        }
    }

    /// The hash travels as an input: the arguments of a process can be read by everyone on the host.
    private func fragment(_ lines: [Shell], setsPassword: Bool) -> Fragment {
        guard setsPassword, let password else { return .changes(.lines(["set -e"] + lines)) }
        let line = "\(name):\(password.reveal())\n"
        return .changes(.lines(["set -e"] + lines + ["chpasswd -e < \"$in1\""]), inputs: [Array(line.utf8)])
    }

    /// What `useradd -m` would have done: a copy of /etc/skel that belongs to the user and that others may not enter.
    private static func homeCreation(_ name: String) -> Shell {
        """
        home=$(getent passwd -- \(name) | cut -d: -f6)
        if [ -d /etc/skel ]; then cp -RT -- /etc/skel "$home"; else mkdir -p -- "$home"; fi
        chown -R \(name + ":") -- "$home"
        chmod 0700 -- "$home"
        """
    }

    private static func gid(_ group: String, _ known: [String: GroupFinding]) -> Int? {
        known[group]?.gid ?? Int(group)
    }
}

/// Flags for `usermod`, with a sentence for each.
private struct UserEdit {
    var summaries: [String] = []
    var flags: [String] = []

    mutating func add(_ summary: String, _ flags: [String]) {
        summaries.append(summary)
        self.flags += flags
    }

    mutating func number(_ wanted: Int?, _ present: Int, unique: Bool) {
        guard let wanted, wanted != present else { return }
        add("uid \(present) → \(wanted)", (unique ? [] : ["-o"]) + ["-u", String(wanted)])
    }
}
