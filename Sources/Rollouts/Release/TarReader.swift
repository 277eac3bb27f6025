import SystemPackage

/// Goes through a tar archive of the kind that `TarHeader` writes, member by member, without reading their bytes.
struct TarReader {
    struct Member {
        var name: String
        var isFile: Bool
        var slice: FileSlice
    }

    private let path: FilePath
    private let size: Int
    private var offset = 0

    /// - Throws: `RolloutError`.
    init(_ path: FilePath) throws(RolloutError) {
        self.path = path
        guard case .file(let size, _) = FileKind(path, followsLinks: true) else { throw .unreadable(path.string) }
        self.size = size
    }

    /// Nil after the last one.
    /// - Throws: `RolloutError` for what is no archive, or not a whole one.
    mutating func next() throws(RolloutError) -> Member? {
        var longName: String?
        while true {
            let header = try block()
            if header.allSatisfy({ $0 == 0 }) { return nil }
            guard Self.hasRightSum(header), let count = Self.size(header[124..<136]) else {
                throw .noPackedRelease(path.string)
            }
            guard 0...size - offset ~= count else { throw .noPackedRelease(path.string) }
            let slice = FileSlice(path, offset: offset, count: count)
            offset += count + TarHeader.padding(after: count).count
            guard offset <= size else { throw .noPackedRelease(path.string) }
            switch header[156] {
            case UInt8(ascii: "L"): longName = Self.text(try slice.read()[...])
            case UInt8(ascii: "K"): break
            case let type:
                return Member(
                    name: longName ?? Self.text(header[..<100]), isFile: type == UInt8(ascii: "0"), slice: slice)
            }
        }
    }

    private mutating func block() throws(RolloutError) -> [UInt8] {
        guard offset + TarHeader.block <= size else { throw .noPackedRelease(path.string) }
        defer { offset += TarHeader.block }
        return try FileSlice(path, offset: offset, count: TarHeader.block).read()
    }

    private static func hasRightSum(_ header: [UInt8]) -> Bool {
        let sum = header.enumerated().reduce(0) { $0 + (148..<156 ~= $1.offset ? 32 : Int($1.element)) }
        return octal(header[148..<154]) == sum
    }

    /// Octal, or from 8 GiB on a number of eight bytes after a mark.
    private static func size(_ field: ArraySlice<UInt8>) -> Int? {
        guard field.first == 0x80 else { return octal(field.dropLast()) }
        guard field.dropFirst().prefix(3).allSatisfy({ $0 == 0 }) else { return nil }
        return Int(exactly: field.suffix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    }

    private static func octal(_ field: ArraySlice<UInt8>) -> Int? {
        Int(String(decoding: field, as: UTF8.self), radix: 8)
    }

    private static func text(_ field: ArraySlice<UInt8>) -> String {
        String(decoding: field.prefix { $0 != 0 }, as: UTF8.self)
    }
}
