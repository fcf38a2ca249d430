import Database
import Domain
import SyncProtocol

/// Two values of one field, as this handheld keeps them.
public struct StoredConflict: Sendable, Hashable {
  /// One of the two values.
  public enum Side: Sendable, Hashable {
    /// The one that went on showing.
    case shown
    /// The other one.
    case kept
  }

  /// What the centre said.
  public var conflict: Conflict
  /// Whether it waits for a decision: nobody has decided at the centre, and no
  /// operation of this device that decides it waits or took effect.
  public var isOpen: Bool
  /// The value that an operation of this device wrote; nil when both are
  /// others'.
  public var mine: Side?
}

extension FieldStore {
  /// What waits for a decision, or everything; newest first.
  public func conflicts(decidedToo: Bool = false) throws(FieldError) -> [StoredConflict] {
    try conflicts(decidedToo ? "" : "WHERE \(Self.waits)")
  }

  /// The values of one record that wait for a decision, newest first.
  public func conflicts(of record: UniqueID) throws(FieldError) -> [StoredConflict] {
    try conflicts("WHERE conflict.record = \(record.text) AND \(Self.waits)")
  }

  /// The conflict of this identifier, decided or not; nil when there is none.
  public func conflict(_ id: UniqueID) throws(FieldError) -> StoredConflict? {
    try conflicts("WHERE conflict.id = \(id.text)").first
  }

  static let waits: SQL = """
    conflict.resolved IS NULL AND conflict.resolved_at IS NULL AND NOT EXISTS (
      SELECT 1 FROM decision JOIN journal ON journal.op = decision.op
      LEFT JOIN receipt USING (incarnation, lane, seq)
      WHERE decision.conflict = conflict.id
        AND NOT EXISTS (SELECT 1 FROM journal AS undoing WHERE undoing.undoes = decision.op)
        AND (receipt.result <> 'refused' OR receipt.code = 'duplicate' OR (receipt.seq IS NULL
          AND journal.incarnation = (SELECT max(number) FROM incarnation))))
    """

  private func conflicts(_ condition: SQL) throws(FieldError) -> [StoredConflict] {
    try worded {
      let found = try connection.rows(
        """
        SELECT id, record, field, base, shown, kept, op, shown_by, kept_by, resolved, \(Self.waits)
        FROM conflict \(condition) ORDER BY version DESC, id
        """, Self.stored)
      return try found.map { stored in
        var stored = stored
        stored.mine = try mine(of: stored.conflict)
        return stored
      }
    }
  }

  private static func stored(_ row: Row) throws -> StoredConflict {
    let conflict = Conflict(
      id: try Column.id(row.text(0)), record: try Column.id(row.text(1)),
      field: try row.text(2), base: try Column.value(FieldValue.self, row.text(3)),
      shown: try Column.value(FieldValue.self, row.text(4)),
      kept: try Column.value(FieldValue.self, row.text(5)), op: try Column.id(row.text(6)),
      shownBy: try author(row.optionalText(7)), keptBy: try author(row.optionalText(8)),
      resolved: try author(row.optionalText(9)))
    return StoredConflict(conflict: conflict, isOpen: try row.bool(10))
  }

  private static func author(_ text: String?) throws -> Conflict.Author? {
    try text.map { try Column.value(Conflict.Author.self, $0) }
  }

  private func mine(of conflict: Conflict) throws -> StoredConflict.Side? {
    // An older centre names the operation of the value that shows only.
    if try isOwn(conflict.shownBy?.op ?? (conflict.keptBy == nil ? conflict.op : nil)) {
      return .shown
    }
    return try isOwn(conflict.keptBy?.op) ? .kept : nil
  }

  private func isOwn(_ op: UniqueID?) throws -> Bool {
    guard let op else { return false }
    return try connection.row("SELECT 1 FROM journal WHERE op = \(op.text)") { _ in true } ?? false
  }

  /// Keeps what the feed says of a conflict.
  func saveConflict(_ conflict: Conflict, version: Int64) throws {
    try connection.run(
      """
      INSERT INTO conflict (id, record, field, base, shown, kept, op, version, shown_by, kept_by,
        resolved)
      VALUES (\(conflict.id.text), \(conflict.record.text), \(conflict.field),
        \(try Column.json(conflict.base)), \(try Column.json(conflict.shown)),
        \(try Column.json(conflict.kept)), \(conflict.op.text), \(version),
        \(try conflict.shownBy.map(Column.json)), \(try conflict.keptBy.map(Column.json)),
        \(try conflict.resolved.map(Column.json)))
      ON CONFLICT (id) DO UPDATE SET record = excluded.record, field = excluded.field,
        base = excluded.base, shown = excluded.shown, kept = excluded.kept, op = excluded.op,
        version = excluded.version, shown_by = excluded.shown_by, kept_by = excluded.kept_by,
        resolved = excluded.resolved
      """)
  }

  /// Notes which conflicts an operation of this device decides.
  func noteDecisions(_ operation: Operation) throws {
    for conflict in operation.resolves ?? [] {
      try connection.run(
        """
        INSERT OR IGNORE INTO decision (conflict, op)
        VALUES (\(conflict.text), \(operation.op.text))
        """)
    }
  }
}
