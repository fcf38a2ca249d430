import Database
import Domain
import SyncProtocol

// What the city hands down besides records: grids, forms, conflicts.

/// A value that lost a merge, as this handheld keeps it.
public struct StoredConflict: Sendable, Hashable {
  /// What the centre said.
  public var conflict: Conflict
  /// When it was decided here, by the device's clock; nil while it waits.
  public var resolvedAt: Int64?
}

extension FieldStore {
  /// The grids in the worker's scope, by code.
  public func grids() throws(FieldError) -> [GridOutline] {
    try worded {
      try connection.rows("SELECT id, name, boundary FROM grid WHERE leaving = 0 ORDER BY id") {
        let boundary = try $0.optionalText(2)
        return GridOutline(
          id: try $0.text(0), name: try $0.text(1),
          boundary: try boundary.map { try Column.value(FieldValue.self, $0) })
      }
    }
  }

  func saveGrid(_ grid: GridOutline) throws {
    let boundary = try grid.boundary.map(Column.json)
    try connection.run(
      """
      INSERT OR REPLACE INTO grid (id, name, boundary) VALUES (\(grid.id), \(grid.name), \(boundary))
      """)
  }

  /// The form of this id; nil when the centre has not sent one.
  public func form(_ id: String) throws(FieldError) -> FormSource? {
    try worded {
      try connection.row(
        "SELECT id, version, source, attachments FROM form WHERE id = \(id)", Self.formSource)
    }
  }

  /// All forms the centre has sent, by id.
  public func forms() throws(FieldError) -> [FormSource] {
    try worded {
      try connection.rows(
        "SELECT id, version, source, attachments FROM form ORDER BY id", Self.formSource)
    }
  }

  private static func formSource(_ row: Row) throws -> FormSource {
    FormSource(
      id: try row.text(0), version: try row.text(1), source: try row.text(2),
      attachments: try Column.value([String: String].self, row.text(3)))
  }

  /// A version of a form that a draft was begun under and another has replaced;
  /// nil when it is not kept.
  public func formerForm(_ id: String, version: String) throws(FieldError) -> FormSource? {
    try worded {
      try connection.row(
        """
        SELECT id, version, source, attachments FROM former_form
        WHERE id = \(id) AND version = \(version)
        """,
        Self.formSource)
    }
  }

  func saveForm(_ form: FormSource) throws {
    try keepFormerForm(form)
    try connection.run(
      """
      INSERT OR REPLACE INTO form (id, version, source, attachments, updated_at)
      VALUES (\(form.id), \(form.version), \(form.source),
        \(try Column.json(form.attachments)), \(environment.now()))
      """)
  }

  /// A draft is compared with the version it was begun under.
  private func keepFormerForm(_ next: FormSource) throws {
    try connection.run(
      """
      INSERT OR IGNORE INTO former_form (id, version, source, attachments)
      SELECT id, version, source, attachments FROM form
      WHERE id = \(next.id) AND version <> \(next.version) AND EXISTS (
        SELECT 1 FROM draft WHERE draft.form = form.id AND draft.form_version = form.version)
      """)
  }

  /// Drops the versions that no draft was begun under.
  func dropFormerForms() throws {
    try connection.run(
      """
      DELETE FROM former_form WHERE NOT EXISTS (
        SELECT 1 FROM draft
        WHERE draft.form = former_form.id AND draft.form_version = former_form.version)
      """)
  }

  /// Values that lost a merge: those that wait, or all; newest first.
  public func conflicts(resolvedToo: Bool = false) throws(FieldError) -> [StoredConflict] {
    let waiting: SQL = resolvedToo ? "" : "WHERE resolved_at IS NULL"
    return try conflicts(waiting)
  }

  /// The values of one record that wait for a decision.
  public func conflicts(of record: UniqueID) throws(FieldError) -> [StoredConflict] {
    try conflicts("WHERE record = \(record.text) AND resolved_at IS NULL")
  }

  private func conflicts(_ condition: SQL) throws(FieldError) -> [StoredConflict] {
    try worded {
      try connection.rows(
        """
        SELECT id, record, field, shown, kept, op, resolved_at FROM conflict \(condition)
        ORDER BY version DESC
        """
      ) { row in
        StoredConflict(
          conflict: Conflict(
            id: try Column.id(row.text(0)), record: try Column.id(row.text(1)),
            field: try row.text(2), shown: try Column.value(FieldValue.self, row.text(3)),
            kept: try Column.value(FieldValue.self, row.text(4)), op: try Column.id(row.text(5))),
          resolvedAt: try row.optionalInteger(6))
      }
    }
  }

  func saveConflict(_ conflict: Conflict, version: Int64) throws {
    try connection.run(
      """
      INSERT INTO conflict (id, record, field, shown, kept, op, version)
      VALUES (\(conflict.id.text), \(conflict.record.text), \(conflict.field),
        \(try Column.json(conflict.shown)), \(try Column.json(conflict.kept)),
        \(conflict.op.text), \(version))
      ON CONFLICT (id) DO UPDATE SET record = excluded.record, field = excluded.field,
        shown = excluded.shown, kept = excluded.kept, op = excluded.op, version = excluded.version
      """)
  }
}
