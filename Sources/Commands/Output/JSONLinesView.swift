import Playbooks
import YAML

/// One JSON object a line on standard output, and nothing else there.
struct JSONLinesView: RunObserver {
    let console: Console

    init(console: Console) {
        self.console = console
    }

    func observe(_ event: RunEvent) async {
        console.print(EventRecord(event).value.json())
    }
}
