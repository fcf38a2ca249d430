import Database
import Domain
import SyncProtocol

extension SQLiteTransaction {
  private static let divisionColumns: SQL = "id, name, level, parent, kind, boundary"

  private static func division(_ row: Row) throws -> Division {
    Division(
      id: try row.text(0), name: try row.text(1), level: try row.text(2),
      parent: try row.optionalText(3), kind: try row.optionalText(4),
      boundary: try row.optionalText(5))
  }

  func division(_ id: String) throws -> Division? {
    try connection.row(
      "SELECT \(Self.divisionColumns) FROM division WHERE city = \(city) AND id = \(id)",
      Self.division)
  }

  func divisions() throws -> [Division] {
    try connection.rows(
      "SELECT \(Self.divisionColumns) FROM division WHERE city = \(city) ORDER BY id",
      Self.division)
  }

  func put(_ division: Division) throws {
    try connection.run(
      """
      INSERT INTO division (city, id, name, level, parent, kind, boundary)
      VALUES (\(city), \(division.id), \(division.name), \(division.level),
        \(division.parent), \(division.kind), \(division.boundary))
      ON CONFLICT (city, id) DO UPDATE SET name = excluded.name, level = excluded.level,
        parent = excluded.parent, kind = excluded.kind, boundary = excluded.boundary
      """)
  }

  func worker(_ id: String) throws -> Worker? {
    try connection.row("SELECT id, name FROM worker WHERE city = \(city) AND id = \(id)") {
      Worker(id: try $0.text(0), name: try $0.text(1))
    }
  }

  func workers() throws -> [Worker] {
    try connection.rows("SELECT id, name FROM worker WHERE city = \(city) ORDER BY id") {
      Worker(id: try $0.text(0), name: try $0.text(1))
    }
  }

  func grids(ofWorker id: String) throws -> [String] {
    try connection.rows(
      "SELECT grid FROM worker_grid WHERE city = \(city) AND worker = \(id) ORDER BY grid"
    ) { try $0.text(0) }
  }

  func put(_ worker: Worker, grids: [String]) throws {
    try connection.run(
      """
      INSERT INTO worker (city, id, name) VALUES (\(city), \(worker.id), \(worker.name))
      ON CONFLICT (city, id) DO UPDATE SET name = excluded.name
      """)
    try connection.run("DELETE FROM worker_grid WHERE city = \(city) AND worker = \(worker.id)")
    for grid in grids {
      try connection.run(
        "INSERT INTO worker_grid (city, worker, grid) VALUES (\(city), \(worker.id), \(grid))")
    }
  }

  private static func form(_ row: Row) throws -> FormSource {
    FormSource(
      id: try row.text(0), version: try row.text(1), source: try row.text(2),
      attachments: try WireJSON.decode([String: String].self, from: row.text(3).utf8))
  }

  func form(_ id: String) throws -> FormSource? {
    try connection.row(
      """
      SELECT id, version, source, attachments FROM form WHERE city = \(city) AND id = \(id)
      """, Self.form)
  }

  func hasForm(_ id: String) throws -> Bool {
    try connection.row("SELECT 1 FROM form WHERE city = \(city) AND id = \(id)") { _ in } != nil
  }

  func forms() throws -> [FormSource] {
    try connection.rows(
      "SELECT id, version, source, attachments FROM form WHERE city = \(city) ORDER BY id",
      Self.form)
  }

  func put(_ form: FormSource, version: Int64) throws {
    let attachments = String(decoding: try WireJSON.encode(form.attachments), as: UTF8.self)
    try connection.run(
      """
      INSERT INTO form (city, id, version, source, attachments)
      VALUES (\(city), \(form.id), \(form.version), \(form.source), \(attachments))
      ON CONFLICT (city, id) DO UPDATE SET version = excluded.version, source = excluded.source,
        attachments = excluded.attachments
      """)
    try tell(.city, type: "form", subject: form.id, version: version)
  }
}
