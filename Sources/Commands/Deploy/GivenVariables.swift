import OrderedCollections
import Playbooks
import Rollouts
import YAML

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The `-e` of a rollout, as its journal keeps them for the run that goes on with it: all but those with secrets.
struct GivenVariables: Equatable {
    /// As written; files by their whole path.
    var texts: [String] = []
    /// The names of secrets that were given.
    var withheld: [String] = []

    /// - Throws: `Problem`.
    init(_ flags: PlaybookFlags) throws {
        for text in flags.extraVars {
            guard !text.hasPrefix("@") else {
                let folder = FileManager.default.currentDirectoryPath
                texts.append("@" + ProjectPath.join(folder, String(text.dropFirst())))
                continue
            }
            let secret = try ExtraVars(text).secretNames
            if secret.isEmpty { texts.append(text) } else { withheld += secret }
        }
    }

    init(_ record: RunRecord) {
        texts = record.extraVars
        withheld = record.withheld
    }

    /// These, and above them what is given now.
    /// - Throws: `CommandFailure` when a secret is wanting, `Problem`.
    func completed(by flags: PlaybookFlags) throws -> [String] {
        let names = try flags.extraVars.reduce(into: Set<String>()) { $0.formUnion(try ExtraVars($1).variables.keys) }
        let missing = withheld.filter { !names.contains($0) }
        guard missing.isEmpty else {
            throw CommandFailure(
                "the journal does not hold the secrets that the run was given with -e: \(missing.joined(separator: ", "))",
                hint: "give them again with -e", status: .usage)
        }
        return texts + flags.extraVars
    }
}
