import FoundationEssentials

/// One line of JSON of what a run tells: of a statement, of a file, and at its end.
package enum MigrationReport: Sendable {
    case statement(MigrationPosition, status: String, milliseconds: Int64?)
    case file(Migration, status: String, milliseconds: Int64?)
    case end(applied: Int, level: Int, contracted: Int, pending: [String], held: [String])

    package var line: String {
        switch self {
        case .statement(let position, let status, let milliseconds):
            encoded(
                StatementLine(
                    file: position.migration.file, statement: position.statement,
                    of: position.migration.statements.count, line: position.sql.line, status: status,
                    milliseconds: milliseconds, sql: position.sql.text))
        case .file(let migration, let status, let milliseconds):
            encoded(
                FileLine(
                    version: migration.number, name: migration.name, phase: migration.phase.rawValue, status: status,
                    milliseconds: milliseconds))
        case .end(let applied, let level, let contracted, let pending, let held):
            encoded(
                EndLine(
                    applied: applied, current: level == 0 ? nil : Migration.number(level), level: level,
                    contractLevel: contracted, pending: pending, held: held))
        }
    }

    private func encoded(_ line: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        return (try? encoder.encode(line)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
}

private struct StatementLine: Encodable {
    let file: String
    let statement: Int
    let of: Int
    let line: Int
    let status: String
    let milliseconds: Int64?
    let sql: String
}

private struct FileLine: Encodable {
    let version: String
    let name: String
    let phase: String
    let status: String
    let milliseconds: Int64?
}

private struct EndLine: Encodable {
    let applied: Int
    let current: String?
    /// The highest migration that the database has had.
    let level: Int
    /// The highest one that took something away: a release that brings less can't live with the database.
    let contractLevel: Int
    let pending: [String]
    let held: [String]
}
