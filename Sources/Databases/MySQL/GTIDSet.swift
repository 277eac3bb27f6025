/// A set of MySQL's transaction ids, as `@@gtid_executed` writes it: `uuid:1-5:7,uuid:tag:1-3`.
///
/// Computed with here, so that a look at all servers costs each of them one round trip.
package struct GTIDSet: Hashable, Sendable {
    /// Whose transactions: a server's uuid, with a tag where there is one (8.3 and later).
    typealias Source = String
    /// Ascending, disjoint, not touching.
    private(set) var intervals: [Source: [ClosedRange<Int>]] = [:]

    package init() {}

    /// - Returns: nil for text that is no such set.
    package init?(_ text: String) {
        for part in text.split(separator: ",") {
            let words = part.split(separator: ":").map { String($0.filter { !$0.isWhitespace }).lowercased() }
            guard let uuid = words.first, uuid.count == 36, words.count > 1 else {
                if words.isEmpty || words == [""] { continue }
                return nil
            }
            var source = uuid
            for word in words.dropFirst() {
                if let interval = Self.interval(word) {
                    intervals[source, default: []].append(interval)
                } else if word.first?.isLetter == true || word.first == "_" {
                    source = "\(uuid):\(word)"
                } else {
                    return nil
                }
            }
        }
        intervals = intervals.mapValues(Self.merged)
    }

    private static func interval(_ word: String) -> ClosedRange<Int>? {
        let parts = word.split(separator: "-", omittingEmptySubsequences: false)
        let ends = parts.compactMap { Int($0) }
        guard let first = ends.first, let last = ends.last, ends.count == parts.count, ends.count <= 2, first > 0,
            first <= last
        else { return nil }
        return first...last
    }

    private static func merged(_ ranges: [ClosedRange<Int>]) -> [ClosedRange<Int>] {
        var result: [ClosedRange<Int>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = result.last, range.lowerBound <= last.upperBound + 1 {
                result[result.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                result.append(range)
            }
        }
        return result
    }

    package var isEmpty: Bool { intervals.isEmpty }

    /// How many transactions.
    package var count: Int { intervals.values.joined().reduce(0) { $0 + $1.count } }

    /// What is in this set and not in the other.
    package func subtracting(_ other: GTIDSet) -> GTIDSet {
        var rest = GTIDSet()
        for (source, ranges) in intervals {
            let left = ranges.flatMap { Self.subtract(other.intervals[source] ?? [], from: $0) }
            if !left.isEmpty { rest.intervals[source] = left }
        }
        return rest
    }

    private static func subtract(_ holes: [ClosedRange<Int>], from range: ClosedRange<Int>) -> [ClosedRange<Int>] {
        var rest: [ClosedRange<Int>] = []
        var next = range.lowerBound
        for hole in holes where hole.overlaps(range) {
            if hole.lowerBound > next { rest.append(next...(hole.lowerBound - 1)) }
            next = hole.upperBound + 1
        }
        if next <= range.upperBound { rest.append(next...range.upperBound) }
        return rest
    }

    package func union(_ other: GTIDSet) -> GTIDSet {
        var all = self
        for (source, ranges) in other.intervals {
            all.intervals[source] = Self.merged((all.intervals[source] ?? []) + ranges)
        }
        return all
    }

    package func contains(_ other: GTIDSet) -> Bool { other.subtracting(self).isEmpty }
}

extension GTIDSet: CustomStringConvertible {
    /// As MySQL writes it, in one line, the sources in order.
    package var description: String {
        intervals.sorted { $0.key < $1.key }.map { source, ranges in
            let texts = ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
            return ([source] + texts).joined(separator: ":")
        }.joined(separator: ",")
    }
}
