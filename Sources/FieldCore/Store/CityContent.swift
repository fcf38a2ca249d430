import Database
import Domain
import SyncProtocol

// What the city hands down besides records: grids and forms.

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
}
