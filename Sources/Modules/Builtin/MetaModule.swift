/// `meta`: a word to the runner itself, which acts on it before this module would be asked.
package struct MetaModule: LocalModule {
    package static let spec = ModuleSpec(
        "ansible.builtin.meta", summary: "Tells the runner what to do next.", freeForm: "free_form",
        arguments: [
            ArgumentSpec(
                "free_form", required: true,
                choices: [
                    "flush_handlers", "noop", "end_play", "end_host", "end_batch", "clear_facts", "clear_host_errors",
                    "refresh_inventory", "reset_connection",
                ])
        ])

    /// The word: `flush_handlers`, `end_play` …
    package let word: String

    package init(_ arguments: Arguments, in context: ModuleContext) throws {
        word = try arguments.requiredString("free_form")
    }

    package func evaluate() throws -> Outcome { Outcome(changed: false) }
}
