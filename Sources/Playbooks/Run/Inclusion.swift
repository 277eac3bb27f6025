import OrderedCollections
import YAML

/// One item of an include: what it chose, and what its tasks are to see.
struct Inclusion: Sendable {
    /// The file or role, as evaluated.
    var choice: String
    /// The loop's variables.
    var variables: RawVariables
    /// The item's number.
    var index: Int
    /// In check mode: the task that has to be run before it is known whether anything is included.
    var hangsOn: String?
}

extension TaskEnds {
    func inclusions(of task: PlaybookTask) -> [Inclusion] {
        all.enumerated().compactMap { index, end in
            if end.report.status == .deferred, let cause = end.report.plan?.after.first {
                return index == 0 ? Inclusion(choice: "", variables: [:], index: 0, hangsOn: cause) : nil
            }
            if end.report.status == .skipped, end.isPending {
                return index == 0 ? Inclusion(choice: "", variables: [:], index: 0, hangsOn: task.label) : nil
            }
            guard end.report.status == .ok, let choice = end.result["include"]?.string else { return nil }
            return Inclusion(choice: choice, variables: variables(end, task), index: index)
        }
    }

    private func variables(_ end: ItemEnd, _ task: PlaybookTask) -> RawVariables {
        guard task.keywords.loop != nil else { return [:] }
        let control = task.keywords.loopControl
        let names = [control.variable, "ansible_loop_var", control.indexVariable, "ansible_index_var"].compactMap { $0 }
        return names.reduce(into: [:]) { variables, name in
            variables[name] = end.result[name].map { Node(untemplated: $0, at: task.place) }
        }
    }
}
