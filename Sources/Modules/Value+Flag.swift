package import YAML

extension Value {
    /// The boolean that Ansible takes the value for: `true`, 1, and its words (`yes`, `on`, `y` …) in any case; nil for
    /// anything else.
    package var flag: Bool? {
        switch self {
        case .bool(let flag): flag
        case .int(1), .float(1): true
        case .int(0), .float(0): false
        case .string(let text):
            switch text.lowercased() {
            case "yes", "on", "1", "true", "t", "y", "1.0": true
            case "no", "off", "0", "false", "f", "n", "0.0": false
            default: nil
            }
        default: nil
        }
    }
}
