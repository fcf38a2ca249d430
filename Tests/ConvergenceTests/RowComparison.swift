import CSQLite
import Domain
import SyncProtocol
import Testing

@testable import CentralCore
@testable import Database
@testable import FieldCore

/// A second opinion on equality: SQLite's session extension works out the changes
/// that make a device's rows the centre's; there must be none.
///
/// Both tables are copied into one file with the same columns, since a session
/// compares tables of one shape (sqlite.org/session, `sqlite3session_diff`).
struct RowComparison {
  let play: Play
  let device: PlayDevice
  let seed: UInt64

  private static let columns = """
    (id TEXT PRIMARY KEY, element TEXT, kind TEXT, grid TEXT, parent TEXT, fields TEXT,
     latitude REAL, longitude REAL, accuracy REAL, source TEXT, version INTEGER, deleted INTEGER)
    """

  func judge() throws {
    let name = "\(play.folder.path)/rows-\(device.name)"
    let (here, there) = ("\(name)-here.db", "\(name)-there.db")
    try copyCentre(to: there)
    try copyDevice(to: here)
    let difference = try Self.difference(from: here, to: there)
    Trouble.expect(
      difference == 0, "\(device.name): \(difference) bytes of changes make its rows the centre's",
      seed: seed)
    // The comparison sees a difference where there is one.
    try Connection(path: here, mode: .readWrite).run(
      "INSERT OR REPLACE INTO record (id, grid) VALUES ('x', 'nowhere')")
    Trouble.expect(
      try Self.difference(from: here, to: there) > 0, "a session sees nothing", seed: seed)
  }

  private func copyCentre(to path: String) throws {
    let copy = try Connection(path: path)
    try copy.script("CREATE TABLE record \(Self.columns)")
    let directory = play.centreDirectory
    let centre = try Connection(path: "\(directory)/gridwalkd.db", mode: .readOnly)
    let scope = Set(device.grids)
    try centre.forEach(
      """
      SELECT id, element, kind, grid, parent, fields, json_extract(position, '$.latitude'),
        json_extract(position, '$.longitude'), json_extract(position, '$.accuracy'),
        json_extract(position, '$.source'), version, deleted FROM record
      """
    ) { row in
      if scope.contains(try row.text(3)) { try Self.insert(row, into: copy) }
      return true
    }
  }

  private func copyDevice(to path: String) throws {
    let copy = try Connection(path: path)
    try copy.script("CREATE TABLE record \(Self.columns)")
    try device.store.connection.forEach(
      """
      SELECT id, element, kind, grid, parent, fields, latitude, longitude, accuracy,
        position_source, version, deleted FROM record WHERE server IS NOT NULL
      """
    ) { row in
      try Self.insert(row, into: copy)
      return true
    }
  }

  private static func insert(_ row: Row, into copy: Connection) throws {
    try copy.run(
      """
      INSERT INTO record VALUES (\(try row.text(0)), \(try row.text(1)), \(try row.text(2)),
        \(try row.text(3)), \(try row.optionalText(4)), \(try row.text(5)),
        \(try row.optionalReal(6)), \(try row.optionalReal(7)), \(try row.optionalReal(8)),
        \(try row.optionalText(9)), \(try row.integer(10)), \(try row.integer(11)))
      """)
  }

  /// Bytes of the changeset that turns one file's table into the other's.
  private static func difference(from: String, to: String) throws -> Int32 {
    var opened: OpaquePointer?
    guard sqlite3_open(to, &opened) == SQLITE_OK, let database = opened else {
      throw DatabaseError(.cannotOpen)
    }
    defer { sqlite3_close_v2(database) }
    try check(sqlite3_exec(database, "ATTACH '\(from)' AS former", nil, nil, nil))
    var made: OpaquePointer?
    try check(sqlite3session_create(database, "main", &made))
    guard let session = made else { throw DatabaseError(.other) }
    defer { sqlite3session_delete(session) }
    try check(sqlite3session_attach(session, "record"))
    try check(sqlite3session_diff(session, "former", "record", nil))
    var size: Int32 = 0
    var changes: UnsafeMutableRawPointer?
    try check(sqlite3session_changeset(session, &size, &changes))
    sqlite3_free(changes)
    return size
  }

  private static func check(_ code: Int32) throws {
    guard code == SQLITE_OK else { throw DatabaseError(code: code, message: "session") }
  }
}
