import FoundationEssentials
import Glibc

@testable import Lab

/// What decides whether a test that needs a real machine runs.
enum Gate {
    static var isRoot: Bool { geteuid() == 0 }

    /// Booting real hosts takes root, the lab's packages, and somebody who asked for it.
    static var mayBoot: Bool {
        ProcessInfo.processInfo.environment["INTCHAIN_LAB_TESTS"] == "1" && isRoot
            && (try? Prerequisites.requirePackages()) != nil && (try? Prerequisites.controlGroups()) != nil
    }

    static let reason = "boots real hosts: needs root, the lab's packages and INTCHAIN_LAB_TESTS=1"
}
