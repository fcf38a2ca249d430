import Database
import Domain
import SyncProtocol

extension SQLiteTransaction {
  private static let uploadColumns: SQL =
    "id, device, kind, sha256, photo, length, deferred, concat, metadata, created_at, receipt"

  private static func upload(_ row: Row) throws -> Upload {
    var upload = Upload(
      id: try id(row.text(0)), device: try id(row.text(1)), content: try content(row),
      length: try row.optionalInteger(5), concat: try row.optionalText(7),
      metadata: try row.text(8), createdAt: try row.integer(9),
      receipt: try row.optionalText(10).map { try value(Receipt.self, $0) })
    upload.isDeferred = try row.bool(6)
    return upload
  }

  private static func content(_ row: Row) throws -> Upload.Content? {
    guard let name = try row.optionalText(2) else { return nil }
    let photo = try row.optionalBlob(4).map(digest)
    guard let kind = Upload.Kind(rawValue: name),
      let content = Upload.Content(kind, sha256: try digest(row.blob(3)), of: photo)
    else { throw DatabaseError(.unexpectedValue, message: "kind") }
    return content
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

  func unfinishedUploads(of device: UniqueID) throws -> [Upload] {
    try connection.rows(
      """
      SELECT \(Self.uploadColumns) FROM upload
      WHERE city = \(city) AND device = \(device.text) AND receipt IS NULL
      ORDER BY created_at, id
      """, Self.upload)
  }

  func bytesReceived(from device: UniqueID, since: Int64) throws -> Int64 {
    try connection.row(
      """
      SELECT (SELECT coalesce(sum(bytes), 0) FROM photo
          WHERE city = \(city) AND device = \(device.text) AND received_at >= \(since))
        + (SELECT coalesce(sum(bytes), 0) FROM thumbnail
          WHERE city = \(city) AND device = \(device.text) AND received_at >= \(since))
      """
    ) { try $0.integer(0) } ?? 0
  }

  func unfinishedUploadCount() throws -> Int {
    try connection.row(
      "SELECT count(*) FROM upload WHERE city = \(city) AND receipt IS NULL"
    ) { Int(try $0.integer(0)) } ?? 0
  }

  func put(_ upload: Upload) throws {
    try connection.run(
      """
      INSERT INTO upload (city, id, device, kind, sha256, photo, length, deferred, concat,
        metadata, created_at, receipt)
      VALUES (\(city), \(upload.id.text), \(upload.device.text),
        \(upload.content?.kind.rawValue), \(upload.content?.sha256.bytes),
        \(upload.content?.photo?.bytes), \(upload.length), \(upload.isDeferred),
        \(upload.concat), \(upload.metadata), \(upload.createdAt),
        \(try upload.receipt.map { try Self.json($0) }))
      ON CONFLICT (city, id) DO UPDATE SET length = excluded.length, receipt = excluded.receipt
      """)
  }

  func deleteUpload(_ id: UniqueID) throws {
    try connection.run("DELETE FROM upload WHERE city = \(city) AND id = \(id.text)")
  }
}
