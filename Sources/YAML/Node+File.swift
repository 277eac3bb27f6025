package import Diagnostics
import FoundationEssentials

extension Node {
    /// Reads one YAML or JSON file.
    /// - Returns: nil for an empty document.
    /// - Throws: `Problems`: the file can't be read, is vault-encrypted, is no UTF-8, or what `parseAll` throws.
    package static func load(
        file path: String, limits: ParseLimits = .default
    ) throws(Problems) -> Node? {
        let parsed = ParsedText(file: path, limits: limits)
        guard parsed.problems.isEmpty else { throw Problems(parsed.problems) }
        return parsed.root
    }
}

extension ParsedText {
    /// Reads a file, as `Node.load` does, and gives what is right in it too.
    package init(file path: String, limits: ParseLimits = .default) {
        guard let data = FileManager.default.contents(atPath: path) else {
            self.init(
                unreadable: Problem("\(path): cannot read the file: \(Self.reason(path))", rule: .missingFile))
            return
        }
        self.init([UInt8](data), file: path, limits: limits)
    }

    /// A file's bytes: those of one that is no UTF-8 or vault-encrypted are a mistake.
    package init(_ bytes: [UInt8], file path: String, limits: ParseLimits = .default) {
        let text: String
        do { text = try String(utf8: bytes, file: path) } catch {
            self.init(unreadable: error.ruled(.yamlSyntax))
            return
        }
        guard !text.hasPrefix("$ANSIBLE_VAULT;") else {
            self.init(
                unreadable: Problem(
                    "vault-encrypted files are not supported", at: Place(file: path, line: 1, column: 1),
                    hint: "decrypt it to a file outside the repository and give that with -e @FILE",
                    rule: .notSupported))
            return
        }
        self.init(text, file: path, limits: limits)
    }

    private static func reason(_ path: String) -> String {
        var isDirectory = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            return "it does not exist"
        }
        return isDirectory ? "it is a directory" : "permission denied"
    }
}
