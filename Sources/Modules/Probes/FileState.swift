/// What `stat` says of one file.
package struct FileState: Sendable, Hashable {
    package enum Kind: String, Sendable {
        case file, directory, link, fifo, socket
        case blockDevice = "block device"
        case characterDevice = "character device"
    }

    package var kind: Kind
    /// The twelve permission bits.
    package var mode: Int
    package var owner: String
    package var group: String
    package var uid: Int
    package var gid: Int
    /// In bytes.
    package var size: Int
    package var links: Int
    package var inode: Int
    package var device: Int
    /// Blocks of 512 bytes that are taken.
    package var blocks: Int
    /// The size of block that reads and writes are best made in, in bytes.
    package var blockSize: Int
    /// The device that a device file stands for, as `st_rdev`.
    package var deviceType: Int
    /// Seconds since 1970.
    package var accessed: Int
    package var modified: Int
    package var changed: Int

    package init(
        kind: Kind, mode: Int, owner: String = "root", group: String = "root", uid: Int = 0, gid: Int = 0,
        size: Int = 0, links: Int = 1, inode: Int = 0, device: Int = 0, blocks: Int = 0, blockSize: Int = 0,
        deviceType: Int = 0, accessed: Int = 0, modified: Int = 0, changed: Int = 0
    ) {
        self.kind = kind
        self.mode = mode
        self.owner = owner
        self.group = group
        self.uid = uid
        self.gid = gid
        self.size = size
        self.links = links
        self.inode = inode
        self.device = device
        self.blocks = blocks
        self.blockSize = blockSize
        self.deviceType = deviceType
        self.accessed = accessed
        self.modified = modified
        self.changed = changed
    }
}

extension FileState.Kind {
    /// The kind that a raw `st_mode` names.
    init?(rawMode: Int) {
        switch rawMode & 0o170000 {
        case 0o100000: self = .file
        case 0o040000: self = .directory
        case 0o120000: self = .link
        case 0o010000: self = .fifo
        case 0o140000: self = .socket
        case 0o060000: self = .blockDevice
        case 0o020000: self = .characterDevice
        default: return nil
        }
    }

    /// `a file`, `a symbolic link`: as a sentence names it.
    package var noun: String { self == .link ? "a symbolic link" : "a \(rawValue)" }
}

/// What a path was found to be.
package struct FileFinding: Sendable, Hashable {
    package var path: String
    /// The path itself, not what it links to; nil when there is nothing.
    package var state: FileState?
    /// What a symbolic link leads to in the end; nil for other kinds and for a link to nothing.
    package var target: FileState?
    /// The text of a symbolic link.
    package var linkText: String?
    /// The digest in lower-case hexadecimal, when it was asked for and the file could be read.
    package var sha256: String?
    /// The bytes, when they were asked for and are not too many.
    package var content: [UInt8]?
    /// A directory on the way may not be searched, so that nothing can be said.
    package var denied = false

    package init(path: String, state: FileState? = nil) {
        self.path = path
        self.state = state
    }

    /// What opening the path leads to.
    package var followed: FileState? { state?.kind == .link ? target : state }

    /// The content as text; nil when it was not read or is no text.
    package var text: String? {
        guard let content, !content.contains(0) else { return nil }
        return String(validating: content, as: UTF8.self)
    }
}
