import Diagnostics
import Jinja
import Modules
import YAML

/// Checks the files that texts name: that they are there, that they parse, and what they read in turn.
struct TemplateFileCheck {
    let texts: TextCheck
    let own: Set<String>
    private var log: ProblemLog { texts.log }

    func check(_ files: [FileReference]) {
        for file in files where !file.mayBeMissing && !file.names.isEmpty {
            // An absolute path is of the operator's machine, and a run may make it.
            guard !file.names.contains(where: { TemplatedText.isTemplated($0) || $0.hasPrefix("/") }) else { continue }
            switch file.kind {
            case .lookup("file"): _ = found(file) { search("file").path($0, in: "files") }
            case .lookup("template"):
                let path = found(file) { search("template").path($0, in: "templates") }
                guard !file.isOpen else { continue }
                look(into: path, file, own: own.union(file.bound).union(TemplateVariables.ofLookups))
            case .included:
                look(into: found(file, texts.environment.templatePath), file, own: own.union(file.bound))
            case .apart:
                // It sees no variables but its own.
                look(into: found(file, texts.environment.templatePath), file, own: [TextCheck.anything])
            case .lookup: continue
            }
        }
    }

    /// As a lookup's own search is in a run.
    private func search(_ kind: String) -> FileSearch {
        FileSearch(kind: kind, files: texts.files, folders: texts.folders + texts.environment.folders)
    }

    private func found(_ file: FileReference, _ find: (String) -> String?) -> String? {
        if let path = file.names.lazy.compactMap(find).first { return path }
        guard texts.isCertain, !file.isConditional, !texts.madeFiles.mayHold(file.names) else { return nil }
        let what = if case .lookup = file.kind { "file" } else { "template" }
        let names = file.names.map { "'\($0)'" }.joined(separator: ", ")
        let near = texts.folders.flatMap { texts.files.list($0) + texts.files.list(ProjectPath.join($0, "templates")) }
        log.add(
            "there is no \(what) \(names)", at: file.place,
            hint: file.names.first.flatMap { Suggestion.hint(for: ProjectPath.name(of: $0), among: near) },
            rule: .missingFile)
        return nil
    }

    /// - Parameter names: those that the template sees besides the host's.
    private func look(into path: String?, _ reference: FileReference, own names: Set<String>) {
        guard let path, !texts.openTemplates.contains(path) else { return }
        texts.inside(path).coming(always: !reference.isConditional).template(path, own: names)
    }
}
