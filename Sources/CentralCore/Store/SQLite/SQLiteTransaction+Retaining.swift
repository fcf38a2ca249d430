import Database
import Domain

extension SQLiteTransaction {
  func dropCompleteUploads(before moment: Int64, limit: Int) throws -> Int {
    try connection.run(
      """
      DELETE FROM upload WHERE city = \(city) AND id IN (
        SELECT id FROM upload WHERE city = \(city) AND receipt IS NOT NULL
          AND created_at < \(moment) LIMIT \(limit))
      """)
    return connection.changes
  }

  /// A receipt's subject is `INCARNATION LANE FIRST` (`announce`), its scope
  /// `device:DEVICE`: the key of its first operation.
  func dropReceipts(of device: UniqueID, before moment: Int64, limit: Int) throws -> Int {
    let scope = Scope.device(device).key
    try connection.run(
      """
      DELETE FROM change WHERE city = \(city) AND scope = \(scope) AND type = 'receipt'
        AND subject IN (
          SELECT subject FROM (
            SELECT subject, substr(subject, 1, 36) AS incarnation,
              substr(subject, 38, 6) AS lane, CAST(substr(subject, 45) AS INTEGER) AS first
            FROM change WHERE city = \(city) AND scope = \(scope) AND type = 'receipt')
          AS told
          WHERE EXISTS (SELECT 1 FROM operation WHERE operation.city = \(city)
            AND operation.device = \(device.text) AND operation.incarnation = told.incarnation
            AND operation.lane = told.lane AND operation.seq = told.first
            AND operation.received_at < \(moment))
          LIMIT \(limit))
      """)
    return connection.changes
  }

  func dropCodes(endedBefore moment: Int64, limit: Int) throws -> Int {
    try connection.run(
      """
      DELETE FROM enrollment_code WHERE city = \(city) AND hash IN (
        SELECT hash FROM enrollment_code WHERE city = \(city) AND expires_at < \(moment)
        LIMIT \(limit))
      """)
    return connection.changes
  }

  func dropSessions(endedBefore moment: Int64, limit: Int) throws -> Int {
    try connection.run(
      """
      DELETE FROM console_session WHERE city = \(city) AND hash IN (
        SELECT hash FROM console_session WHERE city = \(city) AND expires_at < \(moment)
        LIMIT \(limit))
      """)
    return connection.changes
  }
}
