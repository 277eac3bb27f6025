import FoundationEssentials
import Glibc
import SystemPackage
import Testing

@testable import Lab

@Suite struct LabFilesTests {
    /// A folder that is removed when the body ends.
    private func withFolder(_ body: (FilePath) async throws -> Void) async throws {
        let folder = FilePath(FileManager.default.temporaryDirectory.path).appending(
            "lab-files-\(UInt64.random(in: 0 ... .max))")
        try folder.makeFolders()
        defer { try? FileManager.default.removeItem(atPath: folder.string) }
        try await body(folder)
    }

    private func mode(of path: FilePath) -> UInt32 {
        var facts = stat()
        return stat(path.string, &facts) == 0 ? facts.st_mode & 0o777 : 0
    }

    @Test func theRecordSurvivesAndIsPrivate() async throws {
        try await withFolder { folder in
            let path = folder.appending("lab.json")
            let record = LabRecord(image: "sid-1", hosts: Topology.site, secrets: .generated())
            #expect(try LabRecord.load(from: path, of: .standard) == nil)
            try record.save(to: path)
            #expect(try LabRecord.load(from: path, of: .standard) == record)
            #expect(mode(of: path) == 0o600)
        }
    }

    @Test func aDamagedRecordIsASentence() async throws {
        try await withFolder { folder in
            let path = folder.appending("lab.json")
            try path.write("{\"image\": ")
            #expect(throws: LabError.damagedRecord(path, lab: .standard)) {
                try LabRecord.load(from: path, of: .standard)
            }
        }
    }

    @Test func writingReplacesALinkAndDoesNotFollowIt() async throws {
        try await withFolder { folder in
            let target = folder.appending("target")
            let link = folder.appending("link")
            try target.write("kept")
            #expect(symlink(target.string, link.string) == 0)
            try link.write("new")
            #expect(try target.text() == "kept")
            #expect(try link.text() == "new")
            #expect(folder.entries == ["link", "target"])
        }
    }

    @Test func kernelFilesAreReadToTheirEnd() throws {
        let maps = try FilePath("/proc/self/maps").text()
        #expect(maps.utf8.count > 8192)
        #expect(maps.contains("[stack]"))
    }

    @Test func aLockIsHeldByOneAndFreedWithItsHolder() async throws {
        try await withFolder { folder in
            let path = folder.appending("lab.lock")
            do {
                let lock = try await FileLock(path, limit: .zero)
                await #expect(throws: LabError.busy(path)) { _ = try await FileLock(path, limit: .milliseconds(10)) }
                withExtendedLifetime(lock) {}
            }
            // Not at once: a program that another test is just starting has the file open until its exec.
            _ = try await FileLock(path, limit: .seconds(30))
        }
    }

    @Test func aWaiterForALockWhoseFileWasRemovedTakesTheNewFile() async throws {
        try await withFolder { folder in
            let path = folder.appending("lab.lock")
            let (opened, signal) = AsyncStream<Void>.makeStream()
            let purger = try FileDescriptor.open(
                path, .readWrite, options: [.create, .closeOnExec], permissions: .ownerReadWrite)
            #expect(flock(purger.rawValue, LOCK_EX | LOCK_NB) == 0)
            let waiter = Task { _ = try await FileLock(path, limit: .seconds(1)) { signal.yield() } }
            for await _ in opened { break }
            unlink(path.string)
            let next = try await FileLock(path, limit: .zero)
            try purger.close()
            await #expect(throws: LabError.busy(path)) { try await waiter.value }
            withExtendedLifetime(next) {}
        }
    }
}

@Suite struct LocalMachineTests {
    private let machine = LocalMachine()

    @Test func argumentsAndInputReachTheProgramAsTheyAre() async throws {
        let output = try await machine.require(
            Command("sh", ["-c", #"printf '%s|' "$@"; cat"#, "sh", "a b", "$(id)", "'"], input: "secret\n"))
        #expect(output == "a b|$(id)|'|secret")
    }

    @Test func aFailureTellsTheEndOfWhatWasPrinted() async throws {
        let command = Command("sh", ["-c", "seq 20; echo broken >&2; exit 3"])
        let error = await #expect(throws: LabError.self) { try await machine.require(command) }
        #expect(error?.description.contains("exited with 3") == true)
        #expect(error?.description.hasSuffix("broken") == true)
        #expect(error?.description.contains("\n  5\n") == false)
    }

    @Test func aProgramThatIsNotInstalledIsNamed() async {
        let error = await #expect(throws: LabError.self) {
            try await machine.require(Command("no-such-program", []))
        }
        #expect(error?.description == "no-such-program: not installed")
    }
}
