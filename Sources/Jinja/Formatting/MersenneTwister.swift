import Digests

/// Python's `random.Random(seed)`: MT19937, so that `random(seed=inventory_hostname)` picks what Ansible picks.
struct MersenneTwister {
    private var state: [UInt32] = []
    private var index = 624

    /// Seeds from a text as Python does: the text's bytes and their SHA-512, as one large number.
    init(seed text: String) {
        let bytes = Array(text.utf8)
        self.init(bigEndian: bytes + Digest.sha512.bytes(bytes))
    }

    /// Seeds from an integer.
    init(seed number: Int) {
        let magnitude = UInt64(number.magnitude)
        self.init(bigEndian: (0..<8).map { UInt8(truncatingIfNeeded: magnitude >> (56 - 8 * UInt64($0))) })
    }

    private init(bigEndian bytes: [UInt8]) {
        let significant = Array(bytes.drop { $0 == 0 }.reversed())
        var key = stride(from: 0, to: significant.count, by: 4).map { start in
            significant[start..<min(start + 4, significant.count)].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        }
        if key.isEmpty { key = [0] }
        seed(with: key)
    }

    private mutating func seed(with key: [UInt32]) {
        state = [19_650_218]
        for position in 1..<624 {
            let last = state[position - 1]
            state.append(1_812_433_253 &* (last ^ last >> 30) &+ UInt32(position))
        }
        var (position, keyPosition) = (1, 0)
        for _ in 0..<max(624, key.count) {
            let last = state[position - 1]
            let mixed = state[position] ^ ((last ^ last >> 30) &* 1_664_525)
            state[position] = mixed &+ key[keyPosition] &+ UInt32(keyPosition)
            advance(&position)
            keyPosition = (keyPosition + 1) % key.count
        }
        for _ in 0..<623 {
            let last = state[position - 1]
            state[position] = (state[position] ^ ((last ^ last >> 30) &* 1_566_083_941)) &- UInt32(position)
            advance(&position)
        }
        state[0] = 0x8000_0000
    }

    private mutating func advance(_ position: inout Int) {
        position += 1
        guard position >= 624 else { return }
        state[0] = state[623]
        position = 1
    }

    private mutating func next() -> UInt32 {
        if index >= 624 { twist() }
        var word = state[index]
        index += 1
        word ^= word >> 11
        word ^= word << 7 & 0x9D2C_5680
        word ^= word << 15 & 0xEFC6_0000
        return word ^ word >> 18
    }

    private mutating func twist() {
        for position in 0..<624 {
            let joined = state[position] & 0x8000_0000 | state[(position + 1) % 624] & 0x7FFF_FFFF
            state[position] = state[(position + 397) % 624] ^ joined >> 1 ^ (joined & 1 == 0 ? 0 : 0x9908_B0DF)
        }
        index = 0
    }

    /// Python's `getrandbits`, up to 64.
    private mutating func bits(_ count: Int) -> UInt64 {
        if count <= 32 { return UInt64(next() >> UInt32(32 - count)) }
        let low = UInt64(next())
        return low | UInt64(next() >> UInt32(64 - count)) << 32
    }

    /// A number from 0 up to, and without, the limit, which is positive.
    mutating func number(below limit: Int) -> Int {
        let width = Int.bitWidth - limit.leadingZeroBitCount
        var number = bits(width)
        while number >= UInt64(limit) { number = bits(width) }
        return Int(number)
    }
}
