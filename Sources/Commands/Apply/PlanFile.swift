import SystemPackage

#if canImport(Glibc)
    import Glibc
#endif
#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A plan's file: for its owner only, and whole or not there at all.
struct PlanFile {
    let path: String

    init(path: String) { self.path = path }

    /// - Throws: `CommandFailure` when it can't be written.
    func write(_ text: String) throws {
        let fresh = FilePath("\(path).\(UUID().uuidString.prefix(8))")
        do {
            let descriptor = try FileDescriptor.open(
                fresh, .writeOnly, options: [.create, .exclusiveCreate], permissions: [.ownerReadWrite])
            try descriptor.closeAfter { _ = try descriptor.writeAll(text.utf8) }
            try FileManager.default.moveReplacing(fresh.string, path)
        } catch {
            try? FileManager.default.removeItem(atPath: fresh.string)
            throw CommandFailure(
                "cannot write \(path): \((error as? Errno).map(String.init(describing:)) ?? "\(error)")")
        }
    }

    /// This moment as a plan records it.
    static var now: String { Date().formatted(.iso8601) }
}

extension FileManager {
    /// rename(2): the new file takes the old one's place in one step.
    fileprivate func moveReplacing(_ source: String, _ target: String) throws {
        guard rename(source, target) == 0 else { throw Errno(rawValue: errno) }
    }
}
