import Glibc
import SystemPackage

/// Builds base images into the cache and finds them there.
struct BaseImage {
    let spec: ImageSpec
    let cache: FilePath
    let machine: any Machine
    let progress: LabProgress

    /// The room that building takes, downloads included.
    private static let neededMB = 2000

    static func path(key: String, in cache: FilePath) -> FilePath { cache.appending(key) }

    private var path: FilePath { Self.path(key: spec.key, in: cache) }

    /// The programs at work on an image: they outlive a tool that is killed, and the next one must end them first.
    private var builders: ControlGroup {
        get throws { ControlGroup(folder: try Prerequisites.controlGroups().appending(".image-\(spec.key)")) }
    }

    /// The image's root file system, built unless it is in the cache.
    func ensure() async throws -> FilePath {
        if path.exists { return path }
        let lock = try await FileLock(cache.appending("\(spec.key).lock"), limit: .seconds(1800)) {
            progress(.note("another lab is building the base image: waiting for it"))
        }
        defer { withExtendedLifetime(lock) {} }
        if path.exists { return path }
        try await removeLeftovers()
        guard cache.freeMB >= Self.neededMB else {
            throw LabError.diskFull(cache, freeMB: cache.freeMB, neededMB: Self.neededMB)
        }
        try await build(at: cache.appending("\(spec.key).partial-\(getpid())"))
        return path
    }

    /// An image appears under its name only when it is complete.
    private func build(at partial: FilePath) async throws {
        do {
            try builders.folder.makeFolders()
            try await install(into: partial)
            try await configure(partial)
            try await fillArchive(of: partial)
        } catch {
            try? await builders.kill()
            try? await remove(partial)
            throw error
        }
        try builders.remove()
        guard rename(partial.string, path.string) == 0 else {
            throw LabError.file(path, operation: "rename the new image", reason: Errno(rawValue: errno).description)
        }
    }

    private func install(into root: FilePath) async throws {
        let downloads = cache.appending("downloads")
        try downloads.makeFolders()
        // Its own mount namespace: what debootstrap mounts goes away with it, even when it is killed.
        let command = Command(
            "unshare",
            ["--mount", "debootstrap", "--variant=minbase", "--include=\(spec.packages.joined(separator: ","))"]
                + ["--cache-dir=\(downloads)", spec.suite, root.string, spec.mirror])
        try await machine.require(builders.entered(by: command)) { line in
            if let stage = DebootstrapStage(line) { progress(.detail(stage.text)) }
        }
    }

    private func configure(_ root: FilePath) async throws {
        progress(.detail("configuring"))
        for file in ImageFiles(spec: spec, aptSettings: try await aptSettings()).all {
            let path = root.appending(file.path)
            try path.removingLastComponent().makeFolders()
            try path.write(file.text)
        }
        unlink(root.appending("etc/apt/sources.list").string)
        for command in ImageFiles.commands(root: root) { try await machine.require(builders.entered(by: command)) }
    }

    /// The packages that playbooks will ask for are downloaded once, into the layer that all hosts share.
    private func fillArchive(of root: FilePath) async throws {
        progress(.detail("downloading packages for the hosts"))
        try root.appending("etc/resolv.conf").write(Resolver.ofThisMachine)
        try await machine.require(
            builders.entered(by: Command("chroot", [root.string, "apt-get", "-qq", "update"])))
        let archives =
            ["apt-get", "-qq", "-y", "--no-install-recommends", "--download-only", "install"] + spec.archives
        try await machine.require(builders.entered(by: Command("chroot", [root.string] + archives)))
    }

    /// The machine's way through a proxy holds for the hosts too.
    private func aptSettings() async throws -> [String] {
        guard ProgramPath.find("apt-config") != nil else { return [] }
        return AptSettings.shared(from: try await machine.require(Command("apt-config", ["dump"])))
    }

    private func removeLeftovers() async throws {
        try await builders.kill()
        for name in cache.entries where name.hasPrefix("\(spec.key).partial-") {
            try await remove(cache.appending(name))
        }
    }

    private func remove(_ folder: FilePath) async throws {
        try Mounts.clear(folder)
        try await machine.require(Command("rm", ["-rf", "--one-file-system", folder.string]))
    }
}

extension Resolver {
    static var ofThisMachine: String {
        let files: [FilePath] = ["/etc/resolv.conf", "/run/systemd/resolve/resolv.conf"]
        return configuration(candidates: files.compactMap { try? $0.text() })
    }
}
