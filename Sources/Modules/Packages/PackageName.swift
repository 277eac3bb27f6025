/// A package as a task names it: `nginx`, `nginx=1.28.*`, `libc6:i386`, `php*`; for dnf also `nginx-1.28.0`.
struct PackageName: Hashable, Sendable {
    /// As written.
    var text: String
    var name: String
    var version: String?
    var architecture: String?

    var isPattern: Bool { name.contains { "*?[".contains($0) } }

    /// In apt's form.
    init(apt text: String) {
        self.text = text
        let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
        let names = (parts.first ?? text).split(separator: ":", maxSplits: 1).map(String.init)
        name = names.first ?? text
        architecture = names.count > 1 ? names[1] : nil
        version = parts.count > 1 ? parts[1] : nil
    }

    /// In dnf's form: what belongs to the name and what to the version, only the installed packages tell.
    init(dnf text: String) {
        self.text = text
        name = text
    }

    /// Whether an installed package is the one meant.
    func matches(_ package: InstalledPackage) -> Bool {
        let names = [
            package.name, "\(package.name).\(package.architecture)", "\(package.name)-\(package.version)",
            "\(package.name)-\(package.version.prefix { $0 != "-" })",
            "\(package.name)-\(package.version).\(package.architecture)",
        ]
        guard architecture == nil || architecture == package.architecture else { return false }
        if isPattern { return Glob(name).matches(package.name) }
        return names.contains(name) || package.provides.contains(name)
    }

    /// Whether the version asked for, if any, is the one there.
    func accepts(_ package: InstalledPackage) -> Bool {
        guard let version else { return true }
        return Glob(version).matches(package.version)
    }
}

/// A pattern of `*` and `?` for whole texts, as apt takes it for versions.
struct Glob {
    private let pattern: [Character]

    init(_ pattern: String) {
        self.pattern = Array(pattern)
    }

    func matches(_ text: String) -> Bool {
        let text = Array(text)
        var (row, column, star, mark) = (0, 0, -1, 0)
        while row < text.count {
            if column < pattern.count, pattern[column] == "*" {
                (star, mark) = (column, row)
                column += 1
            } else if column < pattern.count, pattern[column] == "?" || pattern[column] == text[row] {
                (row, column) = (row + 1, column + 1)
            } else if star >= 0 {
                mark += 1
                (row, column) = (mark, star + 1)
            } else {
                return false
            }
        }
        return pattern[column...].allSatisfy { $0 == "*" }
    }
}
