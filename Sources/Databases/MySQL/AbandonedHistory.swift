import Modules

/// What is history no more on a site, since restored servers were promoted or servers were made anew: the set at each moment
/// at which it changed. The file `abandoned` of a host with backups, which its restores read.
struct AbandonedHistory: Hashable, Sendable {
    /// All that was abandoned from a moment on, in seconds since 1970.
    struct Entry: Hashable, Sendable {
        var moment: Int
        var all: GTIDSet
    }

    /// The oldest first.
    private(set) var entries: [Entry] = []

    var isEmpty: Bool { entries.isEmpty }

    /// - Parameter text: a line for each moment, the newest first: seconds, a tab, GTIDs.
    /// - Throws: `ModuleFailure` for what is no such list.
    init(parsing text: String) throws {
        entries = try text.split(separator: "\n").reversed().map { line in
            let words = line.split(separator: "\t", maxSplits: 1, omittingEmptySubsequences: false)
            guard words.count == 2, let moment = Int(words[0]), let all = GTIDSet(String(words[1])) else {
                throw ModuleFailure("'\(line.prefix(60))' is no line of a list of what was abandoned")
            }
            return Entry(moment: moment, all: all)
        }
    }

    /// What any of them knows. Lists that never met are brought together change by change: what one has abandoned stays so,
    /// unless one has taken it back later.
    init(uniting histories: [AbandonedHistory]) {
        let changes = histories.flatMap(\.changes)
        var state = GTIDSet()
        for moment in Set(changes.map(\.moment)).sorted() {
            let now = changes.filter { $0.moment == moment }
            let kept = now.reduce(state) { $0.subtracting($1.takenBack) }
            let all = now.reduce(kept) { $0.union($1.abandoned) }
            if all != state { entries.append(Entry(moment: moment, all: all)) }
            state = all
        }
    }

    /// As the file has it.
    var text: String { entries.reversed().map { "\($0.moment)\t\($0.all)\n" }.joined() }

    private struct Change {
        var moment: Int
        var abandoned: GTIDSet
        var takenBack: GTIDSet
    }

    private var changes: [Change] {
        var before = GTIDSet()
        return entries.map { entry in
            defer { before = entry.all }
            return Change(
                moment: entry.moment, abandoned: entry.all.subtracting(before),
                takenBack: before.subtracting(entry.all))
        }
    }
}
