import Database
import Domain
import SyncProtocol

extension SQLiteTransaction {
  private static let uploadColumns: SQL =
    "id, device, kind, sha256, photo, length, metadata, created_at, receipt"

  private static func upload(_ row: Row) throws -> Upload {
    let photo = try row.optionalBlob(4).map(digest)
    guard let kind = Upload.Kind(rawValue: try row.text(2)),
      let content = Upload.Content(kind, sha256: try digest(row.blob(3)), of: photo)
    else { throw DatabaseError(.unexpectedValue, message: "kind") }
    return Upload(
      id: try id(row.text(0)), device: try id(row.text(1)), content: content,
      length: try row.integer(5), metadata: try row.text(6), createdAt: try row.integer(7),
      receipt: try row.optionalText(8).map { try value(Receipt.self, $0) })
  }

  func upload(_ id: UniqueID) throws -> Upload? {
    try connection.row(
      "SELECT \(Self.uploadColumns) FROM upload WHERE city = \(city) AND id = \(id.text)",
      Self.upload)
  }

  func upload(device: UniqueID, content: Upload.Content, length: Int64) throws -> Upload? {
    try connection.row(
      """
      SELECT \(Self.uploadColumns) FROM upload WHERE city = \(city) AND device = \(device.text)
        AND kind = \(content.kind.rawValue) AND sha256 = \(content.sha256.bytes)
        AND length = \(length) AND coalesce(photo, x'') = \(content.photo?.bytes ?? [])
        AND concat IS NULL AND deferred = 0
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
      INSERT INTO upload (city, id, device, kind, sha256, photo, length, metadata, created_at,
        receipt)
      VALUES (\(city), \(upload.id.text), \(upload.device.text), \(upload.content.kind.rawValue),
        \(upload.content.sha256.bytes), \(upload.content.photo?.bytes), \(upload.length),
        \(upload.metadata), \(upload.createdAt),
        \(try upload.receipt.map { try Self.json($0) }))
      ON CONFLICT (city, id) DO UPDATE SET receipt = excluded.receipt
      """)
  }

  func deleteUpload(_ id: UniqueID) throws {
    try connection.run("DELETE FROM upload WHERE city = \(city) AND id = \(id.text)")
  }
}
