import Diagnostics
package import SystemPackage

/// Why a lab can't be had.
package enum LabError: Error, Hashable, Sendable {
    case badName(String)
    case notRoot(verb: String)
    case missing(packages: [String])
    case noUnifiedControlGroups
    case noLab(LabName)
    case unknownHost(String, known: [String])
    case tooManySpares(Int)
    case hostStopped(String, lab: LabName)
    case subnetTaken(Subnet, interface: String)
    case diskFull(FilePath, freeMB: Int, neededMB: Int)
    case imageGone(key: String, lab: LabName)
    case imageInUse(labs: [String])
    case damagedRecord(FilePath, lab: LabName)
    case rebootFailed
    case commandFailed(String, outcome: String, message: String)
    case hostsFailed([HostFailure])
    case bootFailed(console: FilePath, last: String)
    case stillMounted(FilePath)
    case busy(FilePath)
    case file(FilePath, operation: String, reason: String)

    /// What happened to one host.
    package struct HostFailure: Hashable, Sendable {
        let host: String
        let reason: String
    }
}

extension LabError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .badName(let name):
            "lab name '\(name)': use 1 to 24 small letters, digits and hyphens, starting with a letter"
        case .notRoot(let verb):
            "lab \(verb) needs root: the hosts, their network and their keys are root's\n"
                + "  run it as: sudo intchainctl lab \(verb)"
        case .missing(let packages):
            "the lab needs \(packages.joined(separator: ", ")), not installed here\n"
                + "  install with: sudo apt-get install -y \(packages.joined(separator: " "))"
        case .noUnifiedControlGroups:
            "no cgroup2 file system is mounted, so hosts can't run systemd\n"
                + "  mount one with: sudo mkdir -p /sys/fs/cgroup/unified"
                + " && sudo mount -t cgroup2 cgroup2 /sys/fs/cgroup/unified"
        case .noLab(let name): "lab '\(name)' does not exist\n  make it with: \(Self.command("up", name))"
        case .unknownHost(let name, let known):
            "lab host '\(name)' is not known: there are \(known.joined(separator: ", "))"
                + (Suggestion.hint(for: name, among: known).map { "\n  \($0)" } ?? "")
        case .tooManySpares(let count): "\(count) spare hosts: give a number from 0 to \(Topology.mostSpares)"
        case .hostStopped(let host, let lab):
            "\(host) is not running\n  start it with: \(Self.command("start \(host)", lab))"
        case .subnetTaken(let subnet, let interface):
            "subnet \(subnet) is already in use here, by interface \(interface)\n"
                + "  give the lab another name with --name, which puts it elsewhere"
        case .diskFull(let path, let free, let needed):
            "\(path) has \(free) MB free and the lab needs \(needed) MB\n"
                + "  make room, for example with: sudo intchainctl lab clean"
        case .imageGone(let key, let lab):
            "lab '\(lab)' stands on the base image \(key), which is gone\n"
                + "  remove the lab with: \(Self.command("down --purge", lab))"
        case .imageInUse(let labs):
            "base images are in use by \(labs.joined(separator: ", "))\n"
                + "  remove these labs first, with: sudo intchainctl lab down --purge --name NAME"
        case .damagedRecord(let path, let lab):
            "\(path) can't be read as a lab's record\n  remove the lab with: \(Self.command("down --purge", lab))"
        case .rebootFailed: "ignores the order to reboot"
        case .commandFailed(let command, let outcome, let message):
            "\(command): \(outcome)" + (message.isEmpty ? "" : "\n" + Self.indented(message))
        case .hostsFailed(let failures):
            failures.map { "\($0.host): \($0.reason)" }.joined(
                separator: "\n")
        case .bootFailed(let console, let last):
            "did not come up; its console is in \(console)" + (last.isEmpty ? "" : "\n" + Self.indented(last))
        case .stillMounted(let path): "\(path) is still mounted and in use by some process"
        case .busy(let path): "\(path) is held by another intchainctl that works on this lab"
        case .file(let path, let operation, let reason): "\(path): cannot \(operation): \(reason)"
        }
    }

    private static func command(_ verb: String, _ lab: LabName) -> String {
        "sudo intchainctl lab \(verb)" + (lab == .standard ? "" : " --name \(lab)")
    }

    private static func indented(_ text: String) -> String {
        text.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n")
    }
}
