/// "did you mean": the known word nearest to a mistyped one.
package enum Suggestion {
    /// The candidate within a third of the word's length (at least one, at most three edits), or nil.
    package static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
        let limit = min(3, max(1, word.count / 3))
        let ranked = candidates.map { (word: $0, distance: distance(word.lowercased(), $0.lowercased())) }
        // Of several that are as near, the one that has more of the letters: a letter is forgotten more often than
        // mistaken.
        let best = ranked.filter { $0.distance <= limit && $0.word != word }
            .map { (key: ($0.distance, -sharedLetters(word, $0.word), $0.word), word: $0.word) }
            .min { $0.key < $1.key }
        return best?.word
    }

    private static func sharedLetters(_ left: String, _ right: String) -> Int {
        var rest = right.lowercased()
        return left.lowercased().count { letter in
            guard let index = rest.firstIndex(of: letter) else { return false }
            rest.remove(at: index)
            return true
        }
    }

    /// `did you mean 'owner'?`, or nil when nothing is near.
    package static func hint(for word: String, among candidates: some Sequence<String>) -> String? {
        nearest(to: word, among: candidates).map { "did you mean '\($0)'?" }
    }

    /// Edits (insert, delete, replace, swap of neighbours) that turn one word into the other: optimal string alignment.
    package static func distance(_ left: String, _ right: String) -> Int {
        let source = Array(left.unicodeScalars)
        let target = Array(right.unicodeScalars)
        var beforeLast: [Int] = []
        var last = Array(0...target.count)
        for row in source.indices {
            var current = [row + 1]
            for column in target.indices {
                let replace = last[column] + (source[row] == target[column] ? 0 : 1)
                var best = min(replace, last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, source[row] == target[column - 1], source[row - 1] == target[column] {
                    best = min(best, beforeLast[column - 1] + 1)
                }
                current.append(best)
            }
            beforeLast = last
            last = current
        }
        return last[target.count]
    }
}
