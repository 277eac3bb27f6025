/// Headers of a tar archive: POSIX ustar, with GNU's long-name entries before what does not fit into it, and GNU's binary
/// sizes from 8 GiB on.
enum TarHeader {
    static let block = 512

    /// Two empty blocks end an archive.
    static let end = [UInt8](repeating: 0, count: 2 * block)

    /// The header of an entry; of a file, `padding` follows after its bytes.
    static func bytes(of entry: ReleaseManifest.Entry) -> [UInt8] {
        switch entry.kind {
        case .folder: bytes(name: entry.path + "/", mode: entry.mode, size: 0, type: "5")
        case .file(let size, _): bytes(name: entry.path, mode: entry.mode, size: size, type: "0")
        case .link(let target): bytes(name: entry.path, mode: entry.mode, size: 0, type: "2", target: target)
        }
    }

    static func bytes(name: String, mode: Int, size: Int, type: Character, target: String = "") -> [UInt8] {
        var bytes: [UInt8] = []
        if target.utf8.count > 100 { bytes += long(target, type: "K") }
        if name.utf8.count > 100 { bytes += long(name, type: "L") }
        return bytes + header(name: name, mode: mode, size: size, type: type, target: target)
    }

    /// What fills the last block of so many bytes.
    static func padding(after size: Int) -> [UInt8] {
        [UInt8](repeating: 0, count: (block - size % block) % block)
    }

    private static func long(_ text: String, type: Character) -> [UInt8] {
        let content = Array(text.utf8) + [0]
        return header(name: "././@LongLink", mode: 0, size: content.count, type: type, target: "") + content
            + padding(after: content.count)
    }

    /// Fields at the offsets of POSIX.1-1988; time is zero, owner is root's.
    private static func header(name: String, mode: Int, size: Int, type: Character, target: String) -> [UInt8] {
        var header = [UInt8](repeating: 0, count: block)
        func put(_ text: some Sequence<UInt8>, at offset: Int, limit: Int) {
            for (index, byte) in text.prefix(limit).enumerated() { header[offset + index] = byte }
        }
        func octal(_ number: Int, digits: Int) -> [UInt8] {
            let text = String(number, radix: 8)
            return Array((String(repeating: "0", count: max(0, digits - text.count)) + text).utf8)
        }
        put(name.utf8, at: 0, limit: 100)
        put(octal(mode, digits: 7), at: 100, limit: 7)
        put(octal(0, digits: 7), at: 108, limit: 7)
        put(octal(0, digits: 7), at: 116, limit: 7)
        if size < 1 << 33 {
            put(octal(size, digits: 11), at: 124, limit: 11)
        } else {
            put(
                [0x80, 0, 0, 0] + (0..<8).reversed().map { UInt8(truncatingIfNeeded: size >> (8 * $0)) }, at: 124,
                limit: 12)
        }
        put(octal(0, digits: 11), at: 136, limit: 11)
        put([UInt8](repeating: UInt8(ascii: " "), count: 8), at: 148, limit: 8)
        put(String(type).utf8, at: 156, limit: 1)
        put(target.utf8, at: 157, limit: 100)
        put("ustar".utf8, at: 257, limit: 5)
        put("00".utf8, at: 263, limit: 2)
        let sum = header.reduce(0) { $0 + Int($1) }
        put(octal(sum, digits: 6) + [0], at: 148, limit: 7)
        return header
    }
}
