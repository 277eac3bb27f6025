import Digests
import MariaDB

/// A digest of everything that the database defines, as information_schema shows it. While the migrations' lock is held
/// nobody else changes definitions, so two that differ mean that what was run in between took effect.
enum SchemaFingerprint {
    /// What MySQL counts or estimates by itself (rows, AUTO_INCREMENT, cardinality, times) is left out.
    private static let queries = [
        """
        SELECT table_name, table_type, engine, row_format, table_collation, create_options, table_comment
        FROM information_schema.tables WHERE table_schema = DATABASE() ORDER BY table_name
        """,
        """
        SELECT table_name, column_name, ordinal_position, column_default, is_nullable, column_type, collation_name,
          column_key, extra, column_comment, generation_expression, srs_id
        FROM information_schema.columns WHERE table_schema = DATABASE() ORDER BY table_name, ordinal_position
        """,
        """
        SELECT table_name, index_name, seq_in_index, non_unique, column_name, collation, sub_part, nullable, index_type,
          index_comment, is_visible, expression
        FROM information_schema.statistics WHERE table_schema = DATABASE() ORDER BY table_name, index_name, seq_in_index
        """,
        """
        SELECT c.table_name, c.constraint_name, c.constraint_type, c.enforced, r.update_rule, r.delete_rule,
          r.referenced_table_name, k.check_clause
        FROM information_schema.table_constraints c
        LEFT JOIN information_schema.referential_constraints r
          ON r.constraint_schema = c.constraint_schema AND r.constraint_name = c.constraint_name
        LEFT JOIN information_schema.check_constraints k
          ON k.constraint_schema = c.constraint_schema AND k.constraint_name = c.constraint_name
        WHERE c.table_schema = DATABASE() ORDER BY c.table_name, c.constraint_name, c.constraint_type
        """,
        """
        SELECT table_name, partition_name, subpartition_name, partition_method, partition_expression,
          partition_description
        FROM information_schema.partitions WHERE table_schema = DATABASE() AND partition_name IS NOT NULL
        ORDER BY table_name, partition_name, subpartition_name
        """,
        """
        SELECT table_name, view_definition, check_option, security_type
        FROM information_schema.views WHERE table_schema = DATABASE() ORDER BY table_name
        """,
        """
        SELECT trigger_name, event_manipulation, event_object_table, action_timing, action_order, action_statement
        FROM information_schema.triggers WHERE trigger_schema = DATABASE() ORDER BY trigger_name
        """,
        """
        SELECT routine_name, routine_type, routine_definition, dtd_identifier, is_deterministic, security_type
        FROM information_schema.routines WHERE routine_schema = DATABASE() ORDER BY routine_type, routine_name
        """,
    ]

    /// - Parameter run: asks the server.
    static func read(
        _ run: (String) async throws(MySQLError) -> MySQLResult
    ) async throws(MySQLError) -> String {
        var text = ""
        for query in queries {
            for row in try await run(query).rows {
                text += row.map { $0.map { "=\($0)" } ?? "-" }.joined(separator: "\u{1f}") + "\u{1e}"
            }
            text += "\u{1d}"
        }
        return SHA256.hex(text.utf8)
    }
}
