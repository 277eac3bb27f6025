import Dispatch

/// A serial executor with a dispatch queue of its own: an actor that runs on it may block in a C call without taking
/// a thread from Swift's cooperative pool.
///
/// Give one to each actor that owns a blocking C handle:
/// ```swift
/// actor Database {
///     private let executor = BlockingExecutor(label: "mysql")
///     nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
/// }
/// ```
package final class BlockingExecutor: SerialExecutor {
    private let queue: DispatchQueue

    /// - Parameter label: shown by debuggers as the thread's queue name.
    package init(label: String) {
        queue = DispatchQueue(label: label)
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let unowned = UnownedJob(job)
        queue.async { unowned.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }

    package func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        UnownedSerialExecutor(ordinary: self)
    }
}
