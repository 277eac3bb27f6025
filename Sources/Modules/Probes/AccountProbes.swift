package import Remote

/// The groups of a host, by name: asked for once, whoever needs it.
package struct GroupsProbe: Probe {
    package init() {}

    package static func shell(for probes: [GroupsProbe]) -> Shell { "LC_ALL=C getent group" }

    package static func parse(_ reply: Reply, for probes: [GroupsProbe]) throws -> [[String: GroupFinding]] {
        guard reply.succeeded else { throw ModuleFailure("looking at groups failed", reply) }
        let groups = reply.output.split(separator: "\n").compactMap { line -> (String, GroupFinding)? in
            let parts = line.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 4, let gid = Int(parts[2]) else { return nil }
            return (parts[0], GroupFinding(gid: gid, members: parts[3].split(separator: ",").map(String.init)))
        }
        let byName = Dictionary(groups, uniquingKeysWith: { first, _ in first })
        return probes.map { _ in byName }
    }
}

/// A group as the host knows it.
package struct GroupFinding: Sendable, Hashable {
    package var gid: Int
    package var members: [String]

    package init(gid: Int, members: [String] = []) {
        self.gid = gid
        self.members = members
    }
}

/// A user as the host knows it; nil when there is none.
package struct UserProbe: Probe {
    package var name: String
    /// The password's hash is read too; only root may.
    package var password: Bool

    package init(_ name: String, password: Bool = false) {
        self.name = name
        self.password = password
    }

    package static func shell(for probes: [UserProbe]) -> Shell {
        let hashed = probes.filter(\.password).map(\.name)
        return .lines([
            "export LC_ALL=C",
            "found=$(getent passwd -- \(probes.map(\.name)))" as Shell,
            "printf '%s\\0' \"$found\"",
            """
            while IFS=: read -r name _ _ _ _ home _; do
            if [ -n "$home" ] && [ -e "$home" ]; then printf '%s\\n' "$name"; fi
            done <<END
            $found
            END
            printf '\\0'
            """,
            hashed.isEmpty ? "" : "getent shadow -- \(hashed)" as Shell,
            "printf '\\0'",
        ])
    }

    package static func parse(_ reply: Reply, for probes: [UserProbe]) throws -> [UserFinding?] {
        var fields = NULFields(reply.stdout)
        guard reply.succeeded, let passwd = fields.text(), let homes = fields.text(), let shadow = fields.text(),
            fields.isAtEnd
        else {
            // What was read may hold hashes: it must not stand in the failure.
            throw ModuleFailure("looking at users failed", Reply(status: reply.status, stderr: reply.stderr))
        }
        let existing = Set(homes.split(separator: "\n").map(String.init))
        let hashes = Dictionary(
            shadow.split(separator: "\n").compactMap { line -> (String, Secret)? in
                let parts = line.split(separator: ":", omittingEmptySubsequences: false)
                return parts.count > 1 ? (String(parts[0]), Secret(String(parts[1]))) : nil
            }, uniquingKeysWith: { first, _ in first })
        let users = passwd.split(separator: "\n").compactMap { UserFinding($0) }
        return probes.map { probe in
            guard var user = users.first(where: { $0.name == probe.name }) else { return nil }
            user.hasHome = existing.contains(user.name)
            user.hash = probe.password ? hashes[user.name] : nil
            return user
        }
    }
}

/// A line of the user database.
package struct UserFinding: Sendable, Hashable {
    package var name: String
    package var uid: Int
    package var gid: Int
    package var comment: String
    package var home: String
    package var shell: String
    package var hasHome = true
    package var hash: Secret?

    package init(
        name: String, uid: Int, gid: Int, comment: String = "", home: String, shell: String, hasHome: Bool = true,
        hash: Secret? = nil
    ) {
        self.name = name
        self.uid = uid
        self.gid = gid
        self.comment = comment
        self.home = home
        self.shell = shell
        self.hasHome = hasHome
        self.hash = hash
    }

    /// `name:x:1000:1000:comment:/home/name:/bin/sh`.
    init?(_ line: Substring) {
        let parts = line.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 7, let uid = Int(parts[2]), let gid = Int(parts[3]) else { return nil }
        self.init(name: parts[0], uid: uid, gid: gid, comment: parts[4], home: parts[5], shell: parts[6])
    }
}
