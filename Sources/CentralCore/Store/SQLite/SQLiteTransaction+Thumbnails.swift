import Database
import Domain
import SyncProtocol

extension SQLiteTransaction {
  func thumbnail(of photo: Digest) throws -> Digest? {
    try connection.row(
      """
      SELECT thumbnail.sha256 FROM thumbnail
      LEFT JOIN photo ON photo.city = thumbnail.city AND photo.sha256 = thumbnail.photo
      WHERE thumbnail.city = \(city) AND thumbnail.photo = \(photo.hex)
      ORDER BY photo.device IS thumbnail.device DESC, thumbnail.received_at DESC, thumbnail.sha256
      LIMIT 1
      """, Self.name)
  }

  func hasThumbnail(_ sha256: Digest, of photo: Digest, from device: UniqueID) throws -> Bool {
    try connection.row(
      """
      SELECT 1 FROM thumbnail WHERE city = \(city) AND photo = \(photo.hex)
        AND device = \(device.text) AND sha256 = \(sha256.hex)
      """
    ) { _ in true } ?? false
  }

  func hasThumbnail(of photo: Digest, from device: UniqueID) throws -> Bool {
    try connection.row(
      """
      SELECT 1 FROM thumbnail WHERE city = \(city) AND photo = \(photo.hex)
        AND device = \(device.text) LIMIT 1
      """
    ) { _ in true } ?? false
  }

  func thumbnails() throws -> [Digest] {
    try connection.rows(
      "SELECT DISTINCT sha256 FROM thumbnail WHERE city = \(city) ORDER BY sha256", Self.name)
  }

  func put(
    thumbnail sha256: Digest, of photo: Digest, bytes: Int64, from device: UniqueID, at: Int64
  ) throws {
    try connection.run(
      """
      INSERT INTO thumbnail (city, photo, device, sha256, bytes, received_at)
      VALUES (\(city), \(photo.hex), \(device.text), \(sha256.hex), \(bytes), \(at))
      ON CONFLICT (city, photo, device, sha256) DO UPDATE SET received_at = excluded.received_at
      """)
  }

  private static func name(_ row: Row) throws -> Digest {
    guard let digest = Digest(hex: try row.text(0)) else {
      throw DatabaseError(.unexpectedValue, message: "sha256")
    }
    return digest
  }
}
