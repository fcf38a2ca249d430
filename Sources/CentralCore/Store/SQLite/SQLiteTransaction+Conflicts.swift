import Database
import Domain
import SyncProtocol

extension SQLiteTransaction {
  func openConflicts() throws -> [Conflict] {
    try conflicts("AND resolved IS NULL ORDER BY id").map(\.conflict)
  }

  func conflicts(of record: UniqueID) throws -> [StoredConflict] {
    try conflicts("AND record = \(record.text) ORDER BY id")
  }

  func conflict(_ id: UniqueID) throws -> StoredConflict? {
    try conflicts("AND id = \(id.text)").first
  }

  private func conflicts(_ condition: SQL) throws -> [StoredConflict] {
    try connection.rows(
      """
      SELECT id, record, field, base, shown, kept, op, shown_by, kept_by, resolved, version
      FROM conflict WHERE city = \(city) \(condition)
      """
    ) { row in
      let conflict = Conflict(
        id: try Self.id(row.text(0)), record: try Self.id(row.text(1)), field: try row.text(2),
        base: try Self.value(FieldValue.self, row.text(3)),
        shown: try Self.value(FieldValue.self, row.text(4)),
        kept: try Self.value(FieldValue.self, row.text(5)), op: try Self.id(row.text(6)),
        shownBy: try Self.author(row.optionalText(7)), keptBy: try Self.author(row.optionalText(8)),
        resolved: try Self.author(row.optionalText(9)))
      return StoredConflict(conflict: conflict, version: try row.integer(10))
    }
  }

  private static func author(_ text: String?) throws -> Conflict.Author? {
    try text.map { try value(Conflict.Author.self, $0) }
  }

  func put(_ stored: StoredConflict, grid: String, at version: Int64) throws {
    let conflict = stored.conflict
    try connection.run(
      """
      INSERT OR REPLACE INTO conflict (city, id, record, field, base, shown, kept, op, shown_by,
        kept_by, resolved, version)
      VALUES (\(city), \(conflict.id.text), \(conflict.record.text), \(conflict.field),
        \(try Self.json(conflict.base)), \(try Self.json(conflict.shown)),
        \(try Self.json(conflict.kept)), \(conflict.op.text),
        \(try conflict.shownBy.map { try Self.json($0) }),
        \(try conflict.keptBy.map { try Self.json($0) }),
        \(try conflict.resolved.map { try Self.json($0) }), \(stored.version))
      """)
    try tell(conflict, grid: grid, version: version)
  }

  private func tell(_ conflict: Conflict, grid: String, version: Int64) throws {
    try tell(
      .grid(grid), type: "conflict", subject: conflict.id.text, version: version,
      body: Self.json(Change.conflict(conflict, version: version)))
  }

  /// Whoever has the record now sees what waits there and hears what was decided;
  /// whoever lost it does not.
  func moveConflicts(of record: Record, from formerGrid: String) throws {
    for stored in try conflicts(of: record.id) {
      try forget(.grid(formerGrid), type: "conflict", subject: stored.conflict.id.text)
      try tell(stored.conflict, grid: record.grid, version: record.version)
    }
  }

  func decisions(naming id: UniqueID) throws -> [Decision] {
    try connection.rows(
      """
      SELECT author, fields, version FROM decision
      WHERE city = \(city) AND named = \(id.text) ORDER BY version
      """
    ) {
      Decision(
        author: try Self.value(Conflict.Author.self, $0.text(0)),
        fields: try Self.value([String].self, $0.text(1)), version: try $0.integer(2))
    }
  }

  func put(_ decision: Decision, naming id: UniqueID, of record: UniqueID) throws {
    try connection.run(
      """
      INSERT OR IGNORE INTO decision (city, named, op, record, version, author, fields)
      VALUES (\(city), \(id.text), \(decision.author.op.text), \(record.text),
        \(decision.version), \(try Self.json(decision.author)), \(try Self.json(decision.fields)))
      """)
  }

  func withdrawDecisions(of op: UniqueID, on record: UniqueID) throws {
    try connection.run(
      """
      DELETE FROM decision WHERE city = \(city) AND op = \(op.text) AND record = \(record.text)
      """)
  }
}
