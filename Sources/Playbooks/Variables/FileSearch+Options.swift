import Diagnostics
import Jinja
import Modules
import OrderedCollections
import YAML

/// The options of a lookup that reads files.
extension FileSearch {
    /// nil when it is not given.
    func flag(_ name: String, _ options: ValueMap) throws -> Bool? {
        guard let value = options[.string(name)] else { return nil }
        guard let flag = value.flag else { throw mismatch(name, "true or false", value) }
        return flag
    }

    /// How a template's tags are written. `convert_data` and `jinja2_native` have no effect in ansible-core 2.19 either.
    func templateOptions(_ options: ValueMap) throws -> TemplateOptions {
        var delimiters = TemplateOptions.Delimiters()
        try set(&delimiters.variableStart, "variable_start_string", options)
        try set(&delimiters.variableEnd, "variable_end_string", options)
        try set(&delimiters.commentStart, "comment_start_string", options)
        try set(&delimiters.commentEnd, "comment_end_string", options)
        return TemplateOptions(trimBlocks: try flag("trim_blocks", options) ?? true, delimiters: delimiters)
    }

    private func set(_ text: inout String, _ name: String, _ options: ValueMap) throws {
        guard let value = options[.string(name)] else { return }
        guard let given = value.string, !given.isEmpty else { throw mismatch(name, "a text", value) }
        text = given
    }

    func mismatch(_ option: String, _ expected: String, _ value: Value) -> Problem {
        Problem("lookup('\(kind)', …): \(option): expected \(expected), found \(value.kind)")
    }
}
