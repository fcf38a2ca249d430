import Database
import Domain
import SyncProtocol

extension SQLiteTransaction {
  private static let recordColumns: SQL = """
    id, element, kind, grid, parent, fields, position, photos, version, deleted
    """
  private static let storedColumns: SQL = "\(recordColumns), writers, created_at"

  private static func record(_ row: Row) throws -> Record {
    guard let element = Element(rawValue: try row.text(1)) else {
      throw DatabaseError(.unexpectedValue, message: "element")
    }
    var record = Record(
      id: try id(row.text(0)), element: element, kind: try row.text(2), grid: try row.text(3),
      parent: try row.optionalText(4).map(id),
      fields: try value([String: FieldValue].self, row.text(5)),
      position: try row.optionalText(6).map { try value(Position.self, $0) },
      photos: try row.optionalText(7).map { try value([String].self, $0) },
      version: try row.integer(8))
    if try row.bool(9) { record.deleted = true }
    return record
  }

  private static func stored(_ row: Row) throws -> StoredRecord {
    StoredRecord(
      record: try record(row), writers: try value([String: StoredRecord.Writer].self, row.text(10)),
      createdAt: try row.integer(11))
  }

  func record(_ id: UniqueID) throws -> StoredRecord? {
    try connection.row(
      "SELECT \(Self.storedColumns) FROM record WHERE city = \(city) AND id = \(id.text)",
      Self.stored)
  }

  /// The present state alone, which is all a reader of the feed sees.
  func state(of id: UniqueID) throws -> Record? {
    try connection.row(
      "SELECT \(Self.recordColumns) FROM record WHERE city = \(city) AND id = \(id.text)",
      Self.record)
  }

  func newestRecords(kind: String, limit: Int) throws -> [StoredRecord] {
    try connection.rows(
      """
      SELECT \(Self.storedColumns) FROM record
      WHERE city = \(city) AND kind = \(kind) AND deleted = 0
      ORDER BY created_at DESC, id DESC LIMIT \(limit)
      """, Self.stored)
  }

  func recordCounts() throws -> [String: Int] {
    var counts: [String: Int] = [:]
    for (kind, count) in try connection.rows(
      "SELECT kind, count(*) FROM record WHERE city = \(city) AND deleted = 0 GROUP BY kind",
      { (try $0.text(0), Int(try $0.integer(1))) })
    {
      counts[kind] = count
    }
    return counts
  }

  func put(_ stored: StoredRecord, leaving formerGrid: String?) throws {
    let record = stored.record
    try connection.run(
      """
      INSERT INTO record (city, id, element, kind, grid, parent, fields, position, photos,
        version, deleted, writers, created_at)
      VALUES (\(city), \(record.id.text), \(record.element.rawValue), \(record.kind),
        \(record.grid), \(record.parent?.text), \(try Self.json(record.fields)),
        \(try record.position.map { try Self.json($0) }),
        \(try record.photos.map { try Self.json($0) }),
        \(record.version), \(record.deleted == true), \(try Self.json(stored.writers)),
        \(stored.createdAt))
      ON CONFLICT (city, id) DO UPDATE SET grid = excluded.grid, parent = excluded.parent,
        fields = excluded.fields, position = excluded.position, photos = excluded.photos,
        version = excluded.version, deleted = excluded.deleted, writers = excluded.writers
      """)
    let subject = record.id.text
    if let formerGrid, formerGrid != record.grid {
      try forget(.grid(formerGrid), type: "record", subject: subject)
      try tell(.grid(formerGrid), type: "gone", subject: subject, version: record.version)
      try forget(.grid(record.grid), type: "gone", subject: subject)
      try moveConflicts(of: record, from: formerGrid)
    }
    try tell(.grid(record.grid), type: "record", subject: subject, version: record.version)
  }

  func photoBytes(_ sha256: Digest) throws -> Int64? {
    try connection.row(
      "SELECT bytes FROM photo WHERE city = \(city) AND sha256 = \(sha256.hex)"
    ) { try $0.integer(0) }
  }

  func photoBody(_ sha256: Digest) throws -> [UInt8]? {
    try connection.row(
      "SELECT body FROM photo_body WHERE city = \(city) AND sha256 = \(sha256.hex)"
    ) { try $0.blob(0) }
  }

  func photoBodyBytes(_ sha256: Digest) throws -> Int64? {
    try connection.row(
      "SELECT length(body) FROM photo_body WHERE city = \(city) AND sha256 = \(sha256.hex)"
    ) { try $0.integer(0) }
  }

  func put(photoBody body: [UInt8], of sha256: Digest) throws {
    try connection.run(
      """
      INSERT OR IGNORE INTO photo_body (city, sha256, body)
      VALUES (\(city), \(sha256.hex), \(body))
      """)
  }

  func photos() throws -> [Digest] {
    try connection.rows("SELECT sha256 FROM photo WHERE city = \(city) ORDER BY sha256") {
      guard let digest = Digest(hex: try $0.text(0)) else {
        throw DatabaseError(.unexpectedValue, message: "sha256")
      }
      return digest
    }
  }

  func grids(ofPhoto sha256: Digest) throws -> [String] {
    try connection.rows(
      """
      SELECT DISTINCT record.grid FROM record_photo
      JOIN record ON record.city = record_photo.city AND record.id = record_photo.record
      WHERE record_photo.city = \(city) AND record_photo.sha256 = \(sha256.hex)
      """
    ) { try $0.text(0) }
  }

  func sender(ofPhoto sha256: Digest) throws -> UniqueID? {
    try connection.row(
      "SELECT device FROM photo WHERE city = \(city) AND sha256 = \(sha256.hex)"
    ) { try Self.id($0.text(0)) }
  }

  func link(photo sha256: Digest, to record: UniqueID) throws {
    try connection.run(
      """
      INSERT OR IGNORE INTO record_photo (city, sha256, record)
      VALUES (\(city), \(sha256.hex), \(record.text))
      """)
  }

  func put(photo sha256: Digest, bytes: Int64, from device: UniqueID, at: Int64) throws {
    try connection.run(
      """
      INSERT OR IGNORE INTO photo (city, sha256, bytes, device, received_at)
      VALUES (\(city), \(sha256.hex), \(bytes), \(device.text), \(at))
      """)
    try connection.run(
      "DELETE FROM awaited_photo WHERE city = \(city) AND sha256 = \(sha256.hex)")
  }
}
