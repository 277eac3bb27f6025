import OrderedCollections
import YAML

/// In check mode: a task that would change its host, so that what comes after may find another host than this one.
struct PendingTask: Sendable {
    var name: String
    var words: TaskWords
}

/// What a task is about, by its arguments.
struct TaskWords: Sendable {
    /// The files it writes or looks at.
    var paths: Set<String> = []
    /// The files it may leave behind: those, and what its commands name (`validate: sh -c 'touch /run/x' %s`).
    var touched: Set<String> = []
    /// What it brings: files, packages, users, units.
    var subjects: Set<String> = []
    /// All the texts among its arguments.
    var mentions: Set<String> = []
    /// Whom the files that it writes are to belong to, by names that a host may lack.
    var owners: [AccountName] = []
    /// The accounts that it may make.
    var makes: Set<AccountName> = []

    private static let pathNames: Set<String> = ["path", "dest", "creates", "removes"]
    private static let readNames: Set<String> = ["src", "chdir"]
    private static let subjectNames: Set<String> = ["name", "path", "dest", "pkg", "unit", "cmd", "creates"]

    /// - Parameters:
    ///   - arguments: without those that hold secrets.
    ///   - writesFiles: `owner` and `group` among them say whom a file belongs to.
    init(_ arguments: some Sequence<(String, Value)>, writesFiles: Bool) {
        for (name, value) in arguments {
            let texts = Set((value.list ?? [value]).compactMap(\.string).filter { $0.count > 1 })
            if Self.pathNames.contains(name) { paths.formUnion(texts) }
            if Self.subjectNames.contains(name) { subjects.formUnion(texts) }
            mentions.formUnion(texts)
            if !Self.readNames.contains(name) { texts.forEach { touched.formUnion(Self.paths(in: $0)) } }
            // A number needs no account, and root is everywhere.
            guard writesFiles, let text = value.string, Int(text) == nil, text != "root" else { continue }
            if name == "owner" { owners.insert(.user(text), at: 0) }
            if name == "group" { owners.append(.group(text)) }
        }
    }

    /// The absolute paths among a command's words.
    private static func paths(in text: String) -> [String] {
        text.split { $0.isWhitespace || "'\"`=;|&<>(){}".contains($0) }.map(String.init).filter { $0.hasPrefix("/") }
    }

    init() {}
}

extension [PendingTask] {
    /// The task to wait for: the last that brings something which the other one mentions or complains about; where none
    /// does, the last of all, after which everything is known.
    func cause(of words: TaskWords, complaint: String = "") -> String? {
        let bringing = last { pending in
            pending.words.subjects.contains { subject in
                words.mentions.contains { Self.isAbout($0, subject) }
                    || subject.count > 2 && complaint.contains(subject)
            }
        }
        return (bringing ?? last)?.name
    }

    /// Another task that would have written a file which this one is about.
    func writer(of words: TaskWords) -> String? {
        last { !$0.words.touched.isDisjoint(with: words.paths) }?.name
    }

    /// `redis` is about `redis-server`, `/etc/redis/redis.conf` about `/etc/redis`.
    private static func isAbout(_ text: String, _ subject: String) -> Bool {
        guard Swift.min(text.count, subject.count) > 2 else { return text == subject }
        return text.hasPrefix(subject) || subject.hasPrefix(text)
    }
}
