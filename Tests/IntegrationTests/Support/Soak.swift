import Foundation
import Testing

/// The long runs of `scripts/test --soak`.
enum Soak {
    static var isOn: Bool { ProcessInfo.processInfo.environment["INTCHAIN_SOAK"] == "1" }

    /// Prints how long something took, and judges it in a long run: there nothing else is at work, while a machine that
    /// builds and tests other things beside it would fail for nothing.
    static func expect(
        _ what: String, _ took: Duration?, within limit: Duration, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        print("\(what): \(took.map { "\($0)" } ?? "never"), may take \(limit)")
        guard isOn else { return }
        #expect(
            took.map { $0 <= limit } == true, "\(what): \(took.map { "\($0)" } ?? "never")",
            sourceLocation: sourceLocation)
    }
}
