import Playbooks

/// Shows nothing: for commands that only need what a run knows.
struct SilentView: RunObserver {
    func observe(_ event: RunEvent) async {}
}
