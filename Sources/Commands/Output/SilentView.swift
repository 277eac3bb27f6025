import Playbooks

/// Shows nothing: for commands that only need what a run knows.
struct SilentView: RunObserver {
    func observe(_ event: RunEvent) async {}
}

/// Tells two observers, one after the other.
struct PairedView: RunObserver {
    let first: any RunObserver
    let second: any RunObserver

    init(first: any RunObserver, second: any RunObserver) {
        self.first = first
        self.second = second
    }

    func observe(_ event: RunEvent) async {
        await first.observe(event)
        await second.observe(event)
    }
}
