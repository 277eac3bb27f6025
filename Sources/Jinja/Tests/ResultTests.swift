import OrderedCollections
import YAML

extension Test {
    /// Tests of what a task registered.
    static let resultTests: [String: Test] = {
        let failed = Test { value, _ in try flag("failed", of: value) }
        let succeeded = Test { value, _ in try !flag("failed", of: value) }
        let changed = Test { value, _ in try hasChanged(value) }
        let skipped = Test { value, _ in try flag("skipped", of: value) }
        return [
            "failed": failed, "failure": failed, "succeeded": succeeded, "success": succeeded,
            "successful": succeeded, "changed": changed, "change": changed, "skipped": skipped, "skip": skipped,
            "unreachable": Test { value, _ in try flag("unreachable", of: value) },
            "reachable": Test { value, _ in try !flag("unreachable", of: value) },
            "started": Test { value, _ in try flag("started", of: value, default: true) },
            "finished": Test { value, _ in try flag("finished", of: value, default: true) },
            "timedout": Test { value, _ in try result(value)["timedout"]?["period"]?.isTrue ?? false },
        ]
    }()

    private static func result(_ value: Value) throws -> Value {
        guard value.map != nil else { throw Fault("the test needs the result of a task, not \(value.kind)") }
        return value
    }

    private static func flag(_ name: String, of value: Value, default missing: Bool = false) throws -> Bool {
        try result(value)[name]?.isTrue ?? missing
    }

    private static func hasChanged(_ value: Value) throws -> Bool {
        if let changed = try result(value)["changed"] { return changed.isTrue }
        return value["results"]?.list?.contains { $0["changed"]?.isTrue ?? false } ?? false
    }
}
