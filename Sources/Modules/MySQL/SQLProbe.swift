package import Remote

/// The answer of a MySQL server to one reading statement. Statements of one login share one run of the client.
package struct SQLProbe: Probe {
    package var login: MySQLLogin
    package var statement: SQL

    package init(_ statement: SQL, as login: MySQLLogin) {
        self.statement = statement
        self.login = login
    }

    package typealias Finding = SQLAnswer

    package static func shell(for probes: [Self]) -> Shell {
        .lines(batches(probes).enumerated().map { ask($1.login, input(2 * $0 + 1), input(2 * $0 + 2)) })
    }

    /// Rows are marked `|`, errors `!`, the end is `=`.
    private static func ask(_ login: MySQLLogin, _ optionFile: Shell, _ script: Shell) -> Shell {
        """
        { err=$({ \(login.client(optionFile: optionFile)) --force <\(script) | sed 's/^/|/' >&3; } 2>&1); } 3>&1
        printf '%s\\n' "$err" | sed 's/^/!/'; echo =
        """
    }

    package static func inputs(for probes: [Self]) -> [[UInt8]] {
        batches(probes).flatMap { [$0.login.optionFile, Array($0.script.utf8)] }
    }

    private static func input(_ number: Int) -> Shell { "\"$in\(number)\"" }

    package static func parse(_ reply: Reply, for probes: [Self]) throws -> [SQLAnswer] {
        let transcripts = SQLTranscript.all(in: reply.output)
        let batches = batches(probes)
        guard transcripts.count == batches.count else {
            throw ModuleFailure("mysql: \(transcripts.count) answers to \(batches.count) logins")
        }
        var answers: [Self: SQLAnswer] = [:]
        for (batch, transcript) in zip(batches, transcripts) {
            for (index, statement) in batch.statements.enumerated() {
                answers[SQLProbe(statement, as: batch.login)] = transcript.answer(index)
            }
        }
        return try probes.map { probe in
            guard let answer = answers[probe] else { throw ModuleFailure("mysql: a statement was not answered") }
            return answer
        }
    }

    private static func batches(_ probes: [Self]) -> [SQLBatch] {
        var batches: [SQLBatch] = []
        for probe in probes {
            if let index = batches.firstIndex(where: { $0.login == probe.login }) {
                batches[index].statements.append(probe.statement)
            } else {
                batches.append(SQLBatch(login: probe.login, statements: [probe.statement]))
            }
        }
        return batches
    }
}

extension SQLProbe: CustomStringConvertible {
    /// Without the statement: it may hold a secret.
    package var description: String { "of MySQL" }
}

/// The statements of one run of the client.
struct SQLBatch {
    var login: MySQLLogin
    var statements: [SQL]

    static let mark = "intchain-probe"

    /// Each statement on a line of its own after a line that marks it, so that `at line N` of an error tells which.
    var script: String {
        let lines = statements.enumerated().flatMap { ["SELECT '\(Self.mark)',\($0);", $1.text + ";"] }
        return (SQL.preamble + lines + ["SELECT '\(Self.mark)','end';"]).joined(separator: "\n") + "\n"
    }

    static func line(of statement: Int) -> Int { SQL.preamble.count + 2 * statement + 2 }
}
