import Diagnostics
import Jinja
import OrderedCollections
import YAML

/// The variables files of plays, each read once; a name with a template in it stands for every file of its folder.
final class VarsFiles {
    private let files: any ProjectFiles
    private let log: ProblemLog
    private var known: [String: RawVariables] = [:]

    init(files: any ProjectFiles, log: ProblemLog) {
        self.files = files
        self.log = log
    }

    /// What all files that a play may read define; those that are missing or can't be read are told.
    func variables(of play: Play) -> [RawVariables] {
        play.varsFiles.flatMap { node -> [RawVariables] in
            let alternatives = node.sequence ?? [node]
            let paths = alternatives.compactMap(\.string).flatMap { candidates($0, in: play.directory) }
            let present = paths.filter(files.exists)
            if present.isEmpty, !alternatives.contains(where: \.isTemplated), let path = paths.first {
                log.addGap(
                    "there is no file \(path)", at: node.place, hint: files.suggestion(for: path), rule: .missingFile)
            }
            return present.map(variables)
        }
    }

    private func candidates(_ path: String, in directory: String) -> [String] {
        guard TemplatedText.isTemplated(path) else { return [ProjectPath.join(directory, path)] }
        let fixed = path.prefix { $0 != "{" }
        let folder = ProjectPath.join(directory, ProjectPath.directory(of: String(fixed) + "x"))
        return files.list(folder).sorted().map { folder + "/" + $0 }
    }

    private func variables(_ path: String) -> RawVariables {
        if let variables = known[path] { return variables }
        let parsed = ParsedText(files.read(path) ?? [], file: path)
        parsed.problems.forEach(log.add)
        if !parsed.isWhole { log.noteGap() }
        let variables = parsed.root.map { RawVariables(variablesOf: $0, log: log) } ?? [:]
        known[path] = variables
        return variables
    }
}
