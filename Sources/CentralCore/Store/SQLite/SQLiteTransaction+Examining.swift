import Database
import Domain
import SyncProtocol

extension SQLiteTransaction {
  /// SQLite sorts the keys in a temporary file, so that neither an index that
  /// every write would pay for nor memory is needed.
  func eachFoundation(_ body: (Foundation) throws -> Void) throws {
    try connection.forEach(
      """
      SELECT id, -1, NULL, NULL, NULL, NULL FROM record WHERE city = \(city)
      UNION ALL
      SELECT record, coalesce(version, 0), device, incarnation, lane, seq FROM operation
      WHERE city = \(city) AND result <> 'refused' AND record IS NOT NULL ORDER BY 1, 2
      """
    ) { row in
      let record = try Self.id(row.text(0))
      guard let device = try row.optionalText(2) else {
        try body(Foundation(record: record, place: nil))
        return true
      }
      guard let lane = Lane(rawValue: try row.text(4)) else {
        throw DatabaseError(.unexpectedValue, message: "lane")
      }
      let key = LaneKey(
        device: try Self.id(device), incarnation: try Self.id(row.text(3)), lane: lane)
      try body(Foundation(record: record, place: .init(lane: key, seq: try row.integer(5))))
      return true
    }
  }

  func eachChange(_ body: (ChangeRow) throws -> Void) throws {
    try connection.forEach(
      "SELECT scope, type, subject, version FROM change WHERE city = \(city)"
    ) { row in
      try body(
        ChangeRow(
          scope: try row.text(0), type: try row.text(1), subject: try row.text(2),
          version: try row.integer(3)))
      return true
    }
  }

  func changeVersion(_ scope: Scope, type: String, subject: String) throws -> Int64? {
    try connection.row(
      """
      SELECT version FROM change WHERE city = \(city) AND scope = \(scope.key)
        AND type = \(type) AND subject = \(subject)
      """
    ) { try $0.integer(0) }
  }

  func eachConflict(_ body: (ConflictRow) throws -> Void) throws {
    try connection.forEach("SELECT id, record, op FROM conflict WHERE city = \(city)") { row in
      try body(
        ConflictRow(
          id: try Self.id(row.text(0)), record: try Self.id(row.text(1)),
          op: try Self.id(row.text(2))))
      return true
    }
  }

  func hasConflict(on record: UniqueID, op: UniqueID) throws -> Bool {
    try connection.row(
      """
      SELECT 1 FROM conflict WHERE city = \(city) AND record = \(record.text) AND op = \(op.text)
      """
    ) { _ in } != nil
  }

  func eachRecordPhoto(_ body: (Digest, UniqueID) throws -> Void) throws {
    try connection.forEach("SELECT sha256, record FROM record_photo WHERE city = \(city)") { row in
      guard let digest = Digest(hex: try row.text(0)) else {
        throw DatabaseError(.unexpectedValue, message: "sha256")
      }
      try body(digest, try Self.id(row.text(1)))
      return true
    }
  }

  func shows(_ record: UniqueID, photo: Digest) throws -> Bool {
    try connection.row(
      """
      SELECT 1 FROM record_photo WHERE city = \(city) AND sha256 = \(photo.hex)
        AND record = \(record.text)
      """
    ) { _ in } != nil
  }

  func unfinishedLength(_ upload: UniqueID) throws -> Int64? {
    try connection.row(
      """
      SELECT coalesce(length, \(Int64.max)) FROM upload
      WHERE city = \(city) AND id = \(upload.text) AND receipt IS NULL
      """
    ) { try $0.integer(0) }
  }

  func repeatedOperations(limit: Int) throws -> [UniqueID] {
    try connection.rows(
      """
      SELECT op FROM operation WHERE city = \(city) AND op IS NOT NULL AND code IS NOT 'duplicate'
      GROUP BY op HAVING count(*) > 1 LIMIT \(limit)
      """
    ) { try Self.id($0.text(0)) }
  }
}
