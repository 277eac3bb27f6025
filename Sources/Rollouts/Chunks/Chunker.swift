import Digests

/// Cuts bytes where their content says so, by FastCDC (Xia et al., USENIX ATC 2016): a gear hash of the last 64 bytes,
/// with a harder condition before the wished size than after it. Bytes put in or taken out change the chunks around
/// them and no others.
struct Chunker {
    static let smallest = 16 << 10
    static let wished = 64 << 10
    static let largest = 256 << 10
    /// Files below this size travel whole.
    static let threshold = 1 << 20

    /// The high bits, which all of the last 64 bytes have had their part in.
    private static let hard: UInt64 = 0x3ffff << 46
    private static let easy: UInt64 = 0x3fff << 50

    private let gear = Self.table

    /// The length of the first chunk of bytes that go on for at least `largest` or to the end.
    func firstLength(of bytes: UnsafeRawBufferPointer) -> Int {
        guard bytes.count > Self.smallest else { return bytes.count }
        let end = min(bytes.count, Self.largest)
        return gear.withUnsafeBufferPointer { gear in
            var hash: UInt64 = 0
            var position = Self.smallest - 64
            while position < Self.smallest {
                hash = hash &<< 1 &+ gear[Int(bytes[position])]
                position += 1
            }
            let middle = min(end, Self.wished)
            while position < middle {
                hash = hash &<< 1 &+ gear[Int(bytes[position])]
                position += 1
                if hash & Self.hard == 0 { return position }
            }
            while position < end {
                hash = hash &<< 1 &+ gear[Int(bytes[position])]
                position += 1
                if hash & Self.easy == 0 { return position }
            }
            return end
        }
    }

    /// 256 numbers of SplitMix64. Part of the format: other numbers cut elsewhere, and hosts' lists are then of no use.
    private static var table: [UInt64] {
        var state: UInt64 = 0x696e_7463_6861_696e
        return (0..<256).map { _ in
            state &+= 0x9e37_79b9_7f4a_7c15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
            return mixed ^ (mixed >> 31)
        }
    }
}
