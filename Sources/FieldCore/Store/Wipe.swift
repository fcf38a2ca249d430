import Database
import Domain
import SyncProtocol

/// That this store was wiped by an order of the centre, and whether the centre
/// knows it.
public struct WipeNote: Sendable, Hashable {
  /// The order's number.
  public var order: UniqueID
  /// The administrator's account that gave it.
  public var by: String
  /// When it was given, by the centre's clock.
  public var orderedAt: Int64
  /// When it was done, by the device's clock.
  public var wipedAt: Int64
  /// The centre that gave it.
  public var centre: String
  /// Whether the centre has heard that it was done.
  public var isReported: Bool
}

/// Wiping the store by an order of the centre (PROTOCOL.md §7): the only road on
/// which anything goes that was not received.
///
/// The database stays in its place and is emptied in one transaction: another
/// program that has it open finds an empty store, where a file removed under it
/// would take what it saves next into nowhere.
extension FieldStore {
  /// The note that a wipe leaves; nil when this store was not wiped, or is a
  /// device's again.
  public func wipeNote() throws(FieldError) -> WipeNote? {
    if try device().device != nil { return nil }
    return try worded {
      try connection.row(
        """
        SELECT id, account, ordered_at, wiped_at, centre, reported_at FROM wipe
        WHERE wiped_at IS NOT NULL
        """
      ) { row in
        WipeNote(
          order: try Column.id(row.text(0)), by: try row.text(1), orderedAt: try row.integer(2),
          wipedAt: try row.integer(3), centre: try row.text(4),
          isReported: try row.optionalInteger(5) != nil)
      }
    }
  }

  /// Marks the store to be wiped, durably: from then on nothing is saved in it,
  /// and `carryOutWipe` follows, in this process or the next.
  ///
  /// - Returns: false when something waits that the order wants sent first.
  func beginWipe(_ order: WipeOrder) throws(FieldError) -> Bool {
    try transaction {
      if order.unsent == .send, try hasSendable() { return false }
      let centre = try device().centre ?? ""
      try connection.run(
        """
        INSERT OR REPLACE INTO wipe (one, id, account, centre, ordered_at, begun_at)
        VALUES (1, \(order.order.text), \(order.by), \(centre), \(order.at), \(environment.now()))
        """)
      return true
    }
  }

  /// Whether anything waits that the centre has not called bad.
  private func hasSendable() throws -> Bool {
    if try nextPhoto(ofRefusedToo: true) != nil { return true }
    let waiting = try connection.row(
      """
      SELECT 1 FROM journal AS entry LEFT JOIN segment USING (incarnation, lane)
      WHERE entry.incarnation = (SELECT max(number) FROM incarnation)
        AND coalesce(segment.refusals, 0) < \(SealedSegment.refusalLimit)
        AND NOT EXISTS (SELECT 1 FROM receipt WHERE receipt.incarnation = entry.incarnation
          AND receipt.lane = entry.lane AND receipt.seq = entry.seq)
      LIMIT 1
      """
    ) { _ in true }
    return waiting ?? false
  }

  /// Does what `beginWipe` marked, if it did: empties the database and the
  /// folder and leaves the note. May be repeated from wherever it died.
  func carryOutWipe() throws(FieldError) {
    let isDue = try worded {
      try connection.row("SELECT 1 FROM wipe WHERE cleaned_at IS NULL") { _ in true } ?? false
    }
    guard isDue else { return }
    try worded { try connection.run("PRAGMA secure_delete=ON") }
    try transaction { try empty() }
    try worded {
      // What was deleted still stands in free pages of the file and in its log.
      try connection.run("VACUUM")
      try connection.run("PRAGMA wal_checkpoint(TRUNCATE)")
    }
    try transaction { try connection.run("UPDATE wipe SET cleaned_at = \(environment.now())") }
  }

  /// The whole wipe of database and files in one transaction: while it lasts no
  /// other process saves, and when it is broken off the mark is still there.
  private func empty() throws {
    let mark = try connection.row(
      "SELECT id, account, centre, ordered_at, begun_at FROM wipe WHERE wiped_at IS NULL"
    ) { row in
      (
        id: try row.text(0), account: try row.text(1), centre: try row.text(2),
        orderedAt: try row.integer(3), begunAt: try row.integer(4)
      )
    }
    // Another process was faster.
    guard let mark else { return }
    try dropSchema()
    try directory.removeAllButDatabase()
    try connection.script("PRAGMA user_version = 0")
    try Schema.migrator.migrate(connection)
    try Self.beginFirstIncarnation(connection, environment)
    try connection.run(
      """
      INSERT INTO wipe (one, id, account, centre, ordered_at, begun_at, wiped_at)
      VALUES (1, \(mark.id), \(mark.account), \(mark.centre), \(mark.orderedAt), \(mark.begunAt),
        \(environment.now()))
      """)
  }

  /// Drops every table: first the triggers that protect them, then whatever no
  /// other table refers to, until none is left.
  private func dropSchema() throws {
    let triggers = try connection.rows(
      "SELECT name FROM sqlite_schema WHERE type = 'trigger'"
    ) { try $0.text(0) }
    for name in triggers { try connection.script("DROP TRIGGER \"\(name)\"") }
    var tables = try connection.rows(
      """
      SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'
      ORDER BY rowid DESC
      """
    ) { try $0.text(0) }
    while !tables.isEmpty {
      let left = try tables.filter { name in
        do {
          try connection.transaction { try connection.script("DROP TABLE \"\(name)\"") }
          return false
        } catch let error as DatabaseError where error.kind == .constraint {
          return true
        }
      }
      guard left.count < tables.count else { throw FieldError.damaged }
      tables = left
    }
  }

  /// Keeps that the centre has heard of the wipe.
  func noteWipeReported(_ order: UniqueID) throws(FieldError) {
    try transaction {
      try connection.run(
        """
        UPDATE wipe SET reported_at = \(environment.now())
        WHERE id = \(order.text) AND wiped_at IS NOT NULL
        """)
    }
  }
}
