import Diagnostics
import YAML

/// What `ansible_ssh_common_args` and `ansible_ssh_extra_args` say, as far as it means something without `ssh`.
struct SSHArguments: Hashable {
    /// The variables, weakest first.
    static let variables = ["ansible_ssh_common_args", "ansible_ssh_extra_args"]

    private(set) var proxyJump: String?
    private(set) var knownHostsFile: String?
    private(set) var identityFile: String?
    private(set) var port: Int?
    private(set) var user: String?

    init() {}

    /// - Throws: `Problem` for an option that would have no effect.
    mutating func add(_ text: String, of variable: String, at place: Place?) throws {
        var words = ArgumentReader.split(text).map(Self.unquoted)[...]
        while let word = words.popFirst() {
            guard word.hasPrefix("-"), word.count >= 2 else { throw Self.refusal(word, variable, place) }
            let letter = String(word.prefix(2))
            let attached = String(word.dropFirst(2))
            guard let value = attached.isEmpty ? words.popFirst() : attached else {
                throw Problem("\(variable): '\(word)' needs a value", at: place, rule: .wrongValue)
            }
            switch letter {
            case "-o": try set(value, variable, place)
            case "-J": try set("ProxyJump=\(value)", variable, place)
            case "-i": identityFile = value
            case "-l": user = value
            case "-p": try set("Port=\(value)", variable, place)
            default: throw Self.refusal(word, variable, place)
            }
        }
    }

    /// `Name=value` or `Name value`, as in `ssh_config`.
    private mutating func set(_ option: String, _ variable: String, _ place: Place?) throws {
        let parts = option.split(maxSplits: 1) { $0 == "=" || $0 == " " }.map(String.init)
        guard parts.count == 2 else {
            throw Problem("\(variable): '\(option)' is not name=value", at: place, rule: .wrongValue)
        }
        let value = Self.unquoted(parts[1])
        switch parts[0].lowercased() {
        case "proxyjump":
            guard value.allSatisfy(Self.isPartOfJump), !value.hasPrefix("-") else {
                throw Problem(
                    "\(variable): '\(value)' is no jump host", at: place, hint: "write [user@]host[:port]",
                    rule: .wrongValue)
            }
            proxyJump = value == "none" ? nil : value
        case "userknownhostsfile": knownHostsFile = value
        case "identityfile": identityFile = value
        case "user": user = value
        case "port":
            guard let number = Int(value) else {
                throw Problem("\(variable): '\(value)' is not a port", at: place, rule: .wrongType)
            }
            port = number
        case "stricthostkeychecking" where ["yes", "ask"].contains(value.lowercased()): return
        case let name where Self.withoutEffect.contains(name): return
        default: throw Self.refusal("-o \(parts[0])=\(value)", variable, place)
        }
    }

    /// What only says how `ssh` processes share a connection or stay alive: here that is always so.
    private static let withoutEffect: Set<String> = [
        "controlmaster", "controlpersist", "controlpath", "batchmode", "serveraliveinterval", "serveralivecountmax",
        "tcpkeepalive", "identitiesonly", "preferredauthentications",
    ]

    private static func isPartOfJump(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || "._-@:,[]".contains(character))
    }

    private static func refusal(_ word: String, _ variable: String, _ place: Place?) -> Problem {
        let hint =
            word.lowercased().contains("stricthostkeychecking")
            ? "host keys are always checked: see ansible_host_key"
            : "ProxyJump, UserKnownHostsFile, IdentityFile, User and Port are; write others into ~/.ssh/config"
        return Problem("\(variable): '\(word)' is not supported", at: place, hint: hint, rule: .notSupported)
    }

    private static func unquoted(_ word: String) -> String {
        guard word.count >= 2, let first = word.first, first == word.last, "'\"".contains(first) else { return word }
        return String(word.dropFirst().dropLast())
    }
}
