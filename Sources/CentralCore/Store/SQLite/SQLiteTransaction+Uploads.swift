import Database
import Domain
import SyncProtocol

extension SQLiteTransaction {
  private static let uploadColumns: SQL =
    "id, device, kind, sha256, length, metadata, created_at, receipt"

  private static func upload(_ row: Row) throws -> Upload {
    guard let kind = Upload.Kind(rawValue: try row.text(2)) else {
      throw DatabaseError(.unexpectedValue, message: "kind")
    }
    return Upload(
      id: try id(row.text(0)), device: try id(row.text(1)), kind: kind,
      sha256: try digest(row.blob(3)), length: try row.integer(4), metadata: try row.text(5),
      createdAt: try row.integer(6),
      receipt: try row.optionalText(7).map { try value(Receipt.self, $0) })
  }

  func upload(_ id: UniqueID) throws -> Upload? {
    try connection.row(
      "SELECT \(Self.uploadColumns) FROM upload WHERE city = \(city) AND id = \(id.text)",
      Self.upload)
  }

  func upload(
    device: UniqueID, kind: Upload.Kind, sha256: Digest, length: Int64
  ) throws -> Upload? {
    try connection.row(
      """
      SELECT \(Self.uploadColumns) FROM upload WHERE city = \(city) AND device = \(device.text)
        AND kind = \(kind.rawValue) AND sha256 = \(sha256.bytes) AND length = \(length)
      """, Self.upload)
  }

  func unfinishedUploads(before: Int64) throws -> [Upload] {
    try connection.rows(
      """
      SELECT \(Self.uploadColumns) FROM upload
      WHERE city = \(city) AND receipt IS NULL AND created_at < \(before)
      """, Self.upload)
  }

  func unfinishedUploadCount() throws -> Int {
    try connection.row(
      "SELECT count(*) FROM upload WHERE city = \(city) AND receipt IS NULL"
    ) { Int(try $0.integer(0)) } ?? 0
  }

  func put(_ upload: Upload) throws {
    try connection.run(
      """
      INSERT INTO upload (city, id, device, kind, sha256, length, metadata, created_at, receipt)
      VALUES (\(city), \(upload.id.text), \(upload.device.text), \(upload.kind.rawValue),
        \(upload.sha256.bytes), \(upload.length), \(upload.metadata), \(upload.createdAt),
        \(try upload.receipt.map { try Self.json($0) }))
      ON CONFLICT (city, id) DO UPDATE SET receipt = excluded.receipt
      """)
  }

  func deleteUpload(_ id: UniqueID) throws {
    try connection.run("DELETE FROM upload WHERE city = \(city) AND id = \(id.text)")
  }
}
