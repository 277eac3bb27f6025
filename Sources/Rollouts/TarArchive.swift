/// A tar archive being written: POSIX ustar headers, GNU's long-name entries for what does not fit into them.
struct TarArchive {
    private(set) var bytes: [UInt8] = []
    private static let block = 512

    mutating func add(_ entry: ReleaseManifest.Entry, content: [UInt8] = []) {
        var name = entry.path
        var target = ""
        let type: Character
        switch entry.kind {
        case .folder: (name, type) = (name + "/", "5")
        case .file: type = "0"
        case .link(let destination): (target, type) = (destination, "2")
        }
        if target.utf8.count > 100 { addLong(target, type: "K") }
        if name.utf8.count > 100 { addLong(name, type: "L") }
        addHeader(name: name, mode: entry.mode, size: content.count, type: type, target: target)
        append(content)
    }

    /// Two empty blocks end an archive.
    consuming func finished() -> [UInt8] {
        bytes.append(contentsOf: [UInt8](repeating: 0, count: 2 * Self.block))
        return bytes
    }

    private mutating func addLong(_ text: String, type: Character) {
        let content = Array(text.utf8) + [0]
        addHeader(name: "././@LongLink", mode: 0, size: content.count, type: type, target: "")
        append(content)
    }

    private mutating func append(_ content: [UInt8]) {
        bytes.append(contentsOf: content)
        let rest = content.count % Self.block
        if rest > 0 { bytes.append(contentsOf: [UInt8](repeating: 0, count: Self.block - rest)) }
    }

    /// Fields at the offsets of POSIX.1-1988; time is zero, owner is root's.
    private mutating func addHeader(name: String, mode: Int, size: Int, type: Character, target: String) {
        var header = [UInt8](repeating: 0, count: Self.block)
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
        put(octal(size, digits: 11), at: 124, limit: 11)
        put(octal(0, digits: 11), at: 136, limit: 11)
        put([UInt8](repeating: UInt8(ascii: " "), count: 8), at: 148, limit: 8)
        put(String(type).utf8, at: 156, limit: 1)
        put(target.utf8, at: 157, limit: 100)
        put("ustar".utf8, at: 257, limit: 5)
        put("00".utf8, at: 263, limit: 2)
        let sum = header.reduce(0) { $0 + Int($1) }
        put(octal(sum, digits: 6) + [0], at: 148, limit: 7)
        bytes.append(contentsOf: header)
    }
}
