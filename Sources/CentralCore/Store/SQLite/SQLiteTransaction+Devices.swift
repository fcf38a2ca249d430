import Database
import Domain
import SyncProtocol

extension SQLiteTransaction {
  private static let deviceColumns: SQL =
    "id, worker, name, incarnation, token_hash, enrolled_at, revoked_at, seen_at, synced_at"

  private static func device(_ row: Row) throws -> Device {
    Device(
      id: try id(row.text(0)), worker: try row.text(1), name: try row.text(2),
      incarnation: try id(row.text(3)), tokenHash: try digest(row.blob(4)),
      enrolledAt: try row.integer(5), revokedAt: try row.optionalInteger(6),
      seenAt: try row.optionalInteger(7), syncedAt: try row.optionalInteger(8))
  }

  func device(_ id: UniqueID) throws -> Device? {
    try connection.row(
      "SELECT \(Self.deviceColumns) FROM device WHERE city = \(city) AND id = \(id.text)",
      Self.device)
  }

  func devices() throws -> [Device] {
    try connection.rows(
      "SELECT \(Self.deviceColumns) FROM device WHERE city = \(city) ORDER BY enrolled_at DESC, id",
      Self.device)
  }

  func put(_ device: Device) throws {
    try connection.run(
      """
      INSERT INTO device (city, id, worker, name, incarnation, token_hash, enrolled_at,
        revoked_at, seen_at, synced_at)
      VALUES (\(city), \(device.id.text), \(device.worker), \(device.name),
        \(device.incarnation.text), \(device.tokenHash.bytes), \(device.enrolledAt),
        \(device.revokedAt), \(device.seenAt), \(device.syncedAt))
      ON CONFLICT (city, id) DO UPDATE SET worker = excluded.worker, name = excluded.name,
        incarnation = excluded.incarnation, token_hash = excluded.token_hash,
        enrolled_at = excluded.enrolled_at, revoked_at = excluded.revoked_at,
        seen_at = excluded.seen_at, synced_at = excluded.synced_at
      """)
  }

  func enrollmentCode(_ hash: Digest) throws -> EnrollmentCode? {
    try connection.row(
      """
      SELECT worker, expires_at, device FROM enrollment_code
      WHERE city = \(city) AND hash = \(hash.bytes)
      """
    ) { row in
      EnrollmentCode(
        hash: hash, worker: try row.text(0), expiresAt: try row.integer(1),
        device: try row.optionalText(2).map(Self.id))
    }
  }

  func put(_ code: EnrollmentCode) throws {
    try connection.run(
      """
      INSERT INTO enrollment_code (city, hash, worker, expires_at, device)
      VALUES (\(city), \(code.hash.bytes), \(code.worker), \(code.expiresAt),
        \(code.device?.text))
      ON CONFLICT (city, hash) DO UPDATE SET expires_at = excluded.expires_at,
        device = excluded.device
      """)
  }
}
