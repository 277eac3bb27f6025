import Diagnostics

/// The line `#jinja2: key: value, …` that may stand first in a template.
struct TemplateHeader {
    var options: TemplateOptions
    /// Where the template proper begins.
    var end = 0

    private static let mark = "#jinja2:"

    init(_ source: Source, options: TemplateOptions) throws {
        self.options = options
        guard source.scalars.starts(with: TemplateHeader.mark.unicodeScalars) else { return }
        let line = String(source.scalars.prefix { $0 != "\n" })
        guard line.unicodeScalars.count < source.scalars.count else {
            throw source.problem("the '#jinja2:' line ends the template", at: 0)
        }
        end = line.unicodeScalars.count + 1
        for pair in line.dropFirst(TemplateHeader.mark.count).split(separator: ",", omittingEmptySubsequences: false) {
            try set(String(pair), in: source)
        }
    }

    private mutating func set(_ pair: String, in source: Source) throws {
        let parts = pair.split(separator: ":", maxSplits: 1).map { String($0).trimmingWhitespace() }
        guard parts.count == 2 else { throw source.problem("the '#jinja2:' line needs 'key: value' pairs", at: 0) }
        let (key, value) = (parts[0], parts[1])
        let text = value.trimmingCharacters(in: "'\"")
        switch key {
        case "trim_blocks": options.trimBlocks = try flag(value, key, source)
        case "lstrip_blocks": options.leftStripBlocks = try flag(value, key, source)
        case "keep_trailing_newline": options.keepTrailingNewline = try flag(value, key, source)
        case "variable_start_string": options.delimiters.variableStart = text
        case "variable_end_string": options.delimiters.variableEnd = text
        case "block_start_string": options.delimiters.blockStart = text
        case "block_end_string": options.delimiters.blockEnd = text
        case "comment_start_string": options.delimiters.commentStart = text
        case "comment_end_string": options.delimiters.commentEnd = text
        default: throw source.problem("the '#jinja2:' line has no key '\(key)' that is supported", at: 0)
        }
    }

    private func flag(_ value: String, _ key: String, _ source: Source) throws -> Bool {
        switch value {
        case "True": return true
        case "False": return false
        default: throw source.problem("'\(key)' must be True or False", at: 0)
        }
    }
}
