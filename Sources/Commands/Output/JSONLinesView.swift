import BlockingIO
import Playbooks
import YAML

/// One JSON object a line on standard output, and nothing else there.
actor JSONLinesView: RunObserver {
    private let console: Console
    private let executor = BlockingExecutor(label: "output")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(console: Console) {
        self.console = console
    }

    func observe(_ event: RunEvent) {
        console.print(EventRecord(event).value.json())
    }
}
