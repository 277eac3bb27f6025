/// What a plan knows a task's work by: numbers of tasks are the same as long as the project's files are.
package struct PlanKey: Sendable, Hashable {
    package var host: String
    /// `PlaybookTask.id`
    package var task: Int
    /// Of the loop's item, from 0; nil without a loop.
    package var index: Int?

    /// The task as a whole, whatever its items are.
    var whole: PlanKey { PlanKey(host: host, task: task, index: nil) }
}
