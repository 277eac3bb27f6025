import MariaDB

/// Everything that a database defines, as information_schema shows it.
struct Schema: Hashable, Sendable {
    /// A table, a column, an index, and so on.
    struct Part: Hashable, Sendable {
        /// Whose definition it belongs to; a trigger and a foreign key belong to two.
        let owners: Set<String>
        /// As in `DefinitionEffect`.
        let name: String
        let definition: String
    }

    let parts: [Part]

    func contains(_ name: String) -> Bool { parts.contains { $0.name == name } }

    /// - Parameter run: asks the server.
    static func read(
        _ run: (String) async throws(MySQLError) -> MySQLResult
    ) async throws(MySQLError) -> Schema {
        var parts: [Part] = []
        for query in queries { parts += try await run(query).rows.compactMap(Part.init) }
        return Schema(parts: parts)
    }

    /// The migrations' own notes are nobody's definitions.
    private static let records = "'schema_migrations', 'schema_migration_steps'"

    /// Each gives a part's two owners, its name, and its definition. What MySQL counts or estimates by itself (rows,
    /// AUTO_INCREMENT, cardinality, times) is left out.
    private static let queries = [
        """
        SELECT CONCAT('table:', table_name), NULL, CONCAT('table:', table_name),
          table_type, engine, row_format, table_collation, create_options, table_comment
        FROM information_schema.tables
        WHERE table_schema = DATABASE() AND table_name NOT IN (\(records)) ORDER BY table_name
        """,
        """
        SELECT CONCAT('table:', table_name), NULL, CONCAT('column:', table_name, '.', column_name),
          ordinal_position, column_default, is_nullable, column_type, collation_name,
          column_key, extra, column_comment, generation_expression, srs_id
        FROM information_schema.columns
        WHERE table_schema = DATABASE() AND table_name NOT IN (\(records)) ORDER BY table_name, ordinal_position
        """,
        """
        SELECT CONCAT('table:', table_name), NULL, CONCAT('index:', table_name, '.', index_name),
          seq_in_index, non_unique, column_name, collation, sub_part, nullable, index_type,
          index_comment, is_visible, expression
        FROM information_schema.statistics
        WHERE table_schema = DATABASE() AND table_name NOT IN (\(records))
        ORDER BY table_name, index_name, seq_in_index
        """,
        """
        SELECT CONCAT('table:', c.table_name), CONCAT('table:', r.referenced_table_name),
          CONCAT('constraint:', c.table_name, '.', c.constraint_name), c.constraint_type, c.enforced,
          r.update_rule, r.delete_rule, r.referenced_table_name, k.check_clause
        FROM information_schema.table_constraints c
        LEFT JOIN information_schema.referential_constraints r
          ON r.constraint_schema = c.constraint_schema AND r.constraint_name = c.constraint_name
        LEFT JOIN information_schema.check_constraints k
          ON k.constraint_schema = c.constraint_schema AND k.constraint_name = c.constraint_name
        WHERE c.table_schema = DATABASE() AND c.table_name NOT IN (\(records))
        ORDER BY c.table_name, c.constraint_name, c.constraint_type
        """,
        """
        SELECT CONCAT('table:', table_name), NULL, CONCAT('partition:', table_name, '.', partition_name),
          subpartition_name, partition_method, partition_expression,
          partition_description
        FROM information_schema.partitions WHERE table_schema = DATABASE() AND partition_name IS NOT NULL
        ORDER BY table_name, partition_name, subpartition_name
        """,
        """
        SELECT CONCAT('table:', table_name), NULL, CONCAT('table:', table_name),
          view_definition, check_option, security_type
        FROM information_schema.views WHERE table_schema = DATABASE() ORDER BY table_name
        """,
        """
        SELECT CONCAT('trigger:', trigger_name), CONCAT('table:', event_object_table), CONCAT('trigger:', trigger_name),
          event_manipulation, event_object_table, action_timing, action_order, action_statement
        FROM information_schema.triggers WHERE trigger_schema = DATABASE() ORDER BY trigger_name
        """,
        """
        SELECT CONCAT(LOWER(routine_type), ':', routine_name), NULL, CONCAT(LOWER(routine_type), ':', routine_name),
          routine_definition, dtd_identifier, is_deterministic, security_type
        FROM information_schema.routines WHERE routine_schema = DATABASE() ORDER BY routine_type, routine_name
        """,
    ]
}

extension Schema.Part {
    fileprivate init?(_ row: [String?]) {
        guard row.count > 3, let name = row[2] else { return nil }
        owners = Set(row[..<2].compactMap { $0?.lowercased() })
        self.name = name.lowercased()
        definition = row[2...].map { $0.map { "=\($0)" } ?? "-" }.joined(separator: "\u{1f}")
    }
}
