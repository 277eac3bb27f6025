import Glibc
import SystemPackage

/// A group of processes that the kernel keeps for us: all of one host, whoever started them and however they fork.
struct ControlGroup: Hashable {
    let folder: FilePath

    /// Where the reboot loop of a host lives, outside of what systemd-nspawn manages.
    var launcher: FilePath { folder.appending("launcher") }
    /// Where systemd-nspawn starts.
    var run: FilePath { folder.appending("run") }

    func make() throws {
        try launcher.makeFolders()
        try run.makeFolders()
        let lab = folder.removingLastComponent()
        for group in [lab.removingLastComponent(), lab, folder] { Self.delegateControllers(of: group) }
    }

    /// Lets the groups below limit memory and processor time, where the unified hierarchy has these controllers at all.
    private static func delegateControllers(of group: FilePath) {
        let controllers = (try? group.appending("cgroup.controllers").text())?.split { $0 == " " || $0 == "\n" } ?? []
        for controller in controllers { try? group.appending("cgroup.subtree_control").put("+\(controller)") }
    }

    /// The same command, run within the group from its first instruction on.
    func entered(by command: Command) -> Command {
        Command(
            "sh",
            ["-c", #"group=$1; shift; echo 0 >"$group/cgroup.procs" && exec "$@""#, "sh", folder.string]
                + [command.program] + command.arguments, environment: command.environment, input: command.input)
    }

    /// Every process in the group and in groups below it.
    var processes: [Int32] {
        groups.flatMap { group in
            let text = (try? group.appending("cgroup.procs").text()) ?? ""
            return text.split(separator: "\n").compactMap { Int32($0) }
        }
    }

    /// The first process of the container: it is number 1 one namespace below the machine's.
    var initProcess: Int32? {
        processes.first { process in
            let status = (try? FilePath("/proc/\(process)/status").text()) ?? ""
            return NamespaceNumbers(status: status).isContainerInit
        }
    }

    /// Kills every process at once, as a power cut does, and removes the group.
    func kill(limit: Duration = .seconds(10)) async throws {
        guard folder.exists else { return }
        try folder.appending("cgroup.kill").put("1")
        _ = await waitUntilEmpty(limit: limit)
        remove()
    }

    /// False when processes are left after the limit.
    func waitUntilEmpty(limit: Duration) async -> Bool {
        let deadline = ContinuousClock.now + limit
        while !processes.isEmpty {
            guard ContinuousClock.now < deadline else { return false }
            try? await Task.sleep(for: .milliseconds(50))
            if Task.isCancelled { return false }
        }
        return true
    }

    /// Removes the empty groups, the deepest first; groups with processes stay.
    func remove() {
        for group in groups.reversed() { rmdir(group.string) }
    }

    /// The group and those below it, parents first.
    private var groups: [FilePath] { Self.tree(folder) }

    private static func tree(_ folder: FilePath) -> [FilePath] {
        let children = folder.entries.map { folder.appending($0) }.filter { $0.appending("cgroup.procs").exists }
        return [folder] + children.flatMap(tree)
    }
}

/// The numbers of one process from the machine's namespace inwards, out of /proc/PID/status.
struct NamespaceNumbers: Hashable {
    let numbers: [Int32]

    init(status: String) {
        let line = status.split(separator: "\n").first { $0.hasPrefix("NSpid:") } ?? ""
        numbers = line.split { $0 == "\t" || $0 == " " }.dropFirst().compactMap { Int32($0) }
    }

    var isContainerInit: Bool { numbers.count == 2 && numbers.last == 1 }
}
