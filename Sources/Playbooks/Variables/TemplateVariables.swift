import YAML

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The names that the `template` module gives its templates besides the host's variables.
///
/// Ansible's `template_run_date` and `template_mtime` are not among them: a file with one of them would differ in each
/// run.
struct TemplateVariables {
    static let names: Set<String> = [
        "template_path", "template_fullpath", "template_destpath", "template_host", "template_uid",
    ]

    /// A template that is looked up has this one too.
    static let ofLookups: Set<String> = names.union(["ansible_managed"])
    static let managed: Binding = .value("Ansible managed")

    let bindings: Bindings

    /// - Parameters:
    ///   - path: as the task names it.
    ///   - template: its path on the operator's machine.
    ///   - destination: the path on the host that it is for.
    init(_ path: String, at template: String, destination: String?, files: any ProjectFiles) {
        bindings = [
            "template_path": .value(.string(path)),
            "template_fullpath": .computed { .string(files.resolved(template)) },
            "template_destpath": .value(destination.map(Value.string) ?? .null),
            "template_host": .computed { .string(ProcessInfo.processInfo.hostName) },
            "template_uid": .computed { files.owner(template).map(Value.string) ?? .null },
        ]
    }
}
