package import Remote

/// The packages of a host that a name may mean; what is not installed is not listed.
package struct PackageProbe: Probe {
    package enum Database: Hashable, Sendable { case dpkg, rpm }

    package var name: String
    package var database: Database

    package init(_ name: String, in database: Database) {
        self.name = name
        self.database = database
    }

    package static func shell(for probes: [PackageProbe]) -> Shell {
        let dpkg = probes.filter { $0.database == .dpkg }.map(\.name)
        let rpm = probes.filter { $0.database == .rpm }.map(\.name)
        return .lines([
            "export LC_ALL=C",
            dpkg.isEmpty ? "" : Self.dpkg(dpkg),
            "printf '\\0'",
            rpm.isEmpty ? "" : Self.rpm(rpm),
            "printf '\\0'",
        ])
    }

    package static func parse(_ reply: Reply, for probes: [PackageProbe]) throws -> [[InstalledPackage]] {
        var fields = NULFields(reply.stdout)
        guard reply.succeeded, let dpkg = fields.text(), let rpm = fields.text(), fields.isAtEnd else {
            throw ModuleFailure("looking at packages failed", reply)
        }
        let installed = (dpkg: packages(dpkg), rpm: packages(rpm))
        return probes.map { probe in
            let name = probe.database == .dpkg ? PackageName(apt: probe.name) : PackageName(dnf: probe.name)
            return (probe.database == .dpkg ? installed.dpkg : installed.rpm).filter(name.matches)
        }
    }

    /// All installed packages are asked for, since a name may be one that a package only provides; `grep` keeps the
    /// answer short.
    private static func dpkg(_ names: [String]) -> Shell {
        let words = names.map { PackageName(apt: $0).name.prefix { !"*?[".contains($0) } }.map {
            "-e \(String($0))" as Shell
        }
        let pattern = Shell(verbatim: words.map(\.text).joined(separator: " "))
        return """
            command -v dpkg-query >/dev/null || { echo 'dpkg-query is missing' >&2; exit 127; }
            dpkg-query -W -f '${db:Status-Status}\\t${Package}\\t${Architecture}\\t${Version}\\t${Provides}\\n' \
            | grep -F \(pattern)
            """
    }

    /// rpm tells by name; a name that is no package's is asked for again as something provided.
    private static func rpm(_ names: [String]) -> Shell {
        """
        command -v rpm >/dev/null || { echo 'rpm is missing' >&2; exit 127; }
        form='installed\\t%{NAME}\\t%{ARCH}\\t%{VERSION}-%{RELEASE}\\t'
        set -- \(names)
        found=$(rpm -q --qf "$form\\n" -- "$@")
        printf '%s\\n' "$found"
        for name in "$@"; do
        case $found in *"package $name is not installed"*) rpm -q --qf "$form$name\\n" --whatprovides -- "$name" ;; esac
        done
        """
    }

    private static func packages(_ text: String) -> [InstalledPackage] {
        text.split(separator: "\n").compactMap { line in
            let parts = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard parts.count == 5, parts[0] == "installed" || parts[0] == "config-files" else { return nil }
            // `mail-transport-agent, foo (= 1.2)`: the names without their versions.
            let provides = parts[4].split(separator: ",").compactMap { $0.split(separator: " ").first.map(String.init) }
            return InstalledPackage(
                name: String(parts[1]), architecture: String(parts[2]), version: String(parts[3]), provides: provides,
                isConfigured: parts[0] == "installed")
        }
    }
}

/// A package on a host.
package struct InstalledPackage: Hashable, Sendable {
    package var name: String
    package var architecture: String
    package var version: String
    /// Other names that it answers to.
    package var provides: [String]
    /// False for a removed package whose configuration files are still there.
    package var isConfigured: Bool

    package init(
        name: String, architecture: String = "amd64", version: String, provides: [String] = [],
        isConfigured: Bool = true
    ) {
        self.name = name
        self.architecture = architecture
        self.version = version
        self.provides = provides
        self.isConfigured = isConfigured
    }
}
