import Foundation

/// A folder with a playbook `play.yml` and what it needs: roles, templates, files, and perhaps a `hosts.yml` of its own.
///
/// Besides the playbook a folder may have `arguments`, words for both tools' command lines.
struct TwinCase: CustomStringConvertible {
    /// What a task's name ends with that changes something each time, as its author wants it.
    static let always = "every time"

    let name: String

    var description: String { name }

    static let folder = Project.path("Tests/IntegrationTests/TwinCases")

    /// In alphabetical order; `INTCHAIN_TWIN_CASES` names some of them, with commas between.
    static func all() throws -> [TwinCase] {
        let chosen = ProcessInfo.processInfo.environment["INTCHAIN_TWIN_CASES"]?.split(separator: ",").map(String.init)
        return try FileManager.default.contentsOfDirectory(atPath: folder).sorted().filter {
            FileManager.default.fileExists(atPath: "\(folder)/\($0)/play.yml") && chosen?.contains($0) != false
        }.map(TwinCase.init)
    }

    var playbook: String { "\(Self.folder)/\(name)/play.yml" }

    /// Its own hosts, or those that cases share: several names for one machine.
    var hosts: String {
        let own = "\(Self.folder)/\(name)/hosts.yml"
        return FileManager.default.fileExists(atPath: own) ? own : "\(Self.folder)/hosts.yml"
    }

    var arguments: [String] {
        let file = "\(Self.folder)/\(name)/arguments"
        return (try? String(contentsOfFile: file, encoding: .utf8))?.split(whereSeparator: \.isWhitespace)
            .map(String.init) ?? []
    }
}
