import Foundation
import Subprocess
import SystemPackage
import YAML

/// The oracle: PyYAML's SafeLoader, with dates left as they are written, and times of day refused.
enum PyYAML {
    static let python: String = {
        let folder = ProcessInfo.processInfo.environment["INTCHAIN_ORACLES"] ?? "/var/cache/intchain-test/venv/bin"
        return FileManager.default.isExecutableFile(atPath: folder + "/python3") ? folder + "/python3" : "/usr/bin/env"
    }()

    static func isAvailable() async -> Bool {
        let result = try? await run(
            .path(FilePath(python)), arguments: arguments("import yaml"), output: .discarded, error: .discarded)
        return result?.terminationStatus.isSuccess == true
    }

    /// The canonical form of each document; `error` for one that PyYAML refuses.
    static func load(_ documents: [String]) async throws -> [String] {
        let input = Value.list(documents.map(Value.string)).json()
        let result = try await run(
            .path(FilePath(python)), arguments: arguments(script), input: .string(input),
            output: .string(limit: 1 << 20), error: .string(limit: 1 << 16))
        guard result.terminationStatus.isSuccess else { throw OracleFailure(text: result.standardError) }
        return try Value(json: result.standardOutput).list?.compactMap(\.string) ?? []
    }

    private static func arguments(_ script: String) -> Arguments {
        python.hasSuffix("/env") ? ["python3", "-c", script] : ["-c", script]
    }

    private static let script = """
        import json, struct, sys, yaml

        class Loader(yaml.SafeLoader):
            pass

        def date(loader, node):
            if ":" in node.value: raise ValueError("a time of day")
            return node.value

        Loader.add_constructor("tag:yaml.org,2002:timestamp", date)

        def form(value):
            if value is None: return "null"
            if isinstance(value, bool): return "bool " + str(value).lower()
            if isinstance(value, int): return "int " + str(value)
            if isinstance(value, float): return "nan" if value != value else "float " + struct.pack(">d", value).hex()
            if isinstance(value, bytes): return "str " + json.dumps(value.decode(), ensure_ascii=False)
            if isinstance(value, str): return "str " + json.dumps(value, ensure_ascii=False)
            if isinstance(value, list): return "[" + ", ".join(map(form, value)) + "]"
            return "{" + ", ".join(form(k) + ": " + form(v) for k, v in value.items()) + "}"

        def load(text):
            try:
                return form(yaml.load(text, Loader))
            except Exception:
                return "error"

        print(json.dumps([load(text) for text in json.load(sys.stdin)]))
        """
}

struct OracleFailure: Error {
    let text: String
}

extension Value {
    /// The form in which the oracle writes a value.
    var canonical: String {
        switch self {
        case .null: return "null"
        case .bool(let flag): return "bool \(flag)"
        case .int(let number): return "int \(number)"
        case .float(let number) where number.isNaN: return "nan"
        case .float(let number):
            let digits = String(number.bitPattern, radix: 16)
            return "float " + String(repeating: "0", count: 16 - digits.count) + digits
        case .string: return "str " + json()
        case .list(let items): return "[" + items.map(\.canonical).joined(separator: ", ") + "]"
        case .map(let entries):
            return "{" + entries.map { "\($0.key.canonical): \($0.value.canonical)" }.joined(separator: ", ") + "}"
        }
    }
}
