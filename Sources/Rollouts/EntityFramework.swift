/// What Entity Framework's tools (`dotnet ef database update`, a migration bundle) say in place of a report.
enum EntityFramework {
    /// How many migrations were applied; nil when it is not their text.
    static func applied(in output: String) -> Int? {
        let lines = output.split(whereSeparator: \.isNewline)
        let count = lines.count { $0.contains("Applying migration '") }
        if count > 0 { return lines.contains { $0.hasSuffix("Done.") } ? count : nil }
        return lines.contains { $0.contains("No migrations were applied.") } ? 0 : nil
    }
}
