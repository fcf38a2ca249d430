import Database
import Domain
import SyncProtocol

/// What of a record's history is no longer here.
public struct DroppedHistory: Sendable, Hashable {
  /// How many of its entries went, 90 days after their receipts.
  public var entries: Int
  /// When the last of them was made, by the device's clock.
  public var lastAt: Int64
}

/// What went at one tidying.
struct Tidied: Sendable, Hashable {
  var entries = 0
  var photos = 0
}

/// Dropping what the centre has had for long (PROTOCOL.md §11).
extension FieldStore {
  private static let day: Int64 = 86_400_000

  /// The moments before which a receipt must have come, by both clocks.
  struct Cutoff {
    var device: Int64
    var centre: Int64
  }

  /// How much of a record's history was dropped; nil when all is here.
  public func droppedHistory(_ record: UniqueID) throws(FieldError) -> DroppedHistory? {
    try worded {
      try connection.row(
        "SELECT entries, last_at FROM dropped_entries WHERE record = \(record.text)"
      ) { DroppedHistory(entries: Int(try $0.integer(0)), lastAt: try $0.integer(1)) }
    }
  }

  /// Dates receipts by the centre's clock: by the next session after they came,
  /// so never too early.
  func dateReceipts(_ centreNow: Int64) throws {
    try connection.run("UPDATE receipt SET centre_at = \(centreNow) WHERE centre_at IS NULL")
    try connection.run(
      """
      UPDATE photo SET centre_at = \(centreNow)
      WHERE centre_at IS NULL AND received_at IS NOT NULL
      """)
  }

  /// Drops the entries and photos whose receipts are older than 90 days by both
  /// clocks and that nothing needs; at most once a day by the centre's clock,
  /// and only while the two agree within a day. Nil when it was not the time.
  ///
  /// - Parameter centreNow: `now` of the present session.
  @discardableResult
  func tidy(centreNow: Int64) throws(FieldError) -> Tidied? {
    let now = environment.now()
    guard (centreNow - now).magnitude < UInt64(Self.day) else { return nil }
    let kept = Int64(Limits.keepAcknowledgedDays) * Self.day
    let cutoff = Cutoff(device: now - kept, centre: centreNow - kept)
    let tidied = try transaction { () -> Tidied? in
      let last = try connection.row("SELECT tidied_at FROM device") { try $0.optionalInteger(0) }
      if let last = last ?? nil, (centreNow - last).magnitude < UInt64(Self.day) { return nil }
      try connection.run("UPDATE device SET tidied_at = \(centreNow)")
      return Tidied(entries: try dropEntries(cutoff), photos: try markPhotos(cutoff, at: now))
    }
    if tidied != nil { try removeDroppedFiles() }
    return tidied
  }

  // Entries.

  /// Older incarnations first: what stands again in a later one goes before it.
  private func dropEntries(_ cutoff: Cutoff) throws -> Int {
    // The receipts go after the entries they belong to.
    try connection.run("PRAGMA defer_foreign_keys=ON")
    let incarnations = try connection.rows("SELECT number FROM incarnation ORDER BY number") {
      try $0.integer(0)
    }
    return try incarnations.reduce(0) { sum, number in
      try Lane.allCases.reduce(sum) { try $0 + dropEntries(of: $1, number, cutoff) }
    }
  }

  private func dropEntries(
    of lane: Lane, _ incarnation: Int64, _ cutoff: Cutoff
  ) throws -> Int {
    let isHere: SQL = "journal.incarnation = \(incarnation) AND journal.lane = \(lane.rawValue)"
    guard let last = try lastDroppable(isHere, cutoff) else { return 0 }
    let gone: SQL = "\(isHere) AND journal.seq <= \(last)"
    try connection.run(
      """
      INSERT INTO anchor (incarnation, lane, seq, hash)
      SELECT incarnation, lane, seq, hash FROM journal WHERE \(isHere) AND seq = \(last)
      ON CONFLICT (incarnation, lane) DO UPDATE SET seq = excluded.seq, hash = excluded.hash
      """)
    try connection.run(
      """
      INSERT INTO dropped_entries (record, entries, last_at)
      SELECT record, count(*), max(at) FROM journal WHERE \(gone) AND NOT EXISTS (
        SELECT 1 FROM journal AS later WHERE later.op = journal.op
          AND later.incarnation > journal.incarnation)
      GROUP BY record
      ON CONFLICT (record) DO UPDATE SET entries = entries + excluded.entries,
        last_at = max(last_at, excluded.last_at)
      """)
    try connection.run("DELETE FROM journal WHERE \(gone)")
    let count = connection.changes
    try connection.run(
      """
      DELETE FROM receipt WHERE incarnation = \(incarnation) AND lane = \(lane.rawValue)
        AND seq <= \(last)
      """)
    return count
  }

  /// The last place of the beginning of a lane that may go; nil when nothing
  /// may. The last received entry stays, so that the lane still says how far it
  /// was received.
  private func lastDroppable(_ isHere: SQL, _ cutoff: Cutoff) throws -> Int64? {
    let bounds = try connection.row(
      """
      SELECT min(journal.seq), coalesce(max(receipt.seq), max(journal.seq))
      FROM journal LEFT JOIN receipt USING (incarnation, lane, seq) WHERE \(isHere)
      """
    ) { (try $0.optionalInteger(0), try $0.optionalInteger(1)) }
    guard let first = bounds?.0, let end = bounds?.1 else { return nil }
    let stays = try connection.row(
      """
      SELECT journal.seq FROM journal LEFT JOIN receipt USING (incarnation, lane, seq)
      WHERE \(isHere) AND (NOT (\(isOld(cutoff))) OR \(Self.isNeeded)) ORDER BY journal.seq LIMIT 1
      """
    ) { try $0.integer(0) }
    let last = min(stays ?? .max, end) - 1
    return last >= first ? last : nil
  }

  /// Whether an entry's receipt is old, its own or that of the same operation in
  /// a later incarnation.
  private func isOld(_ cutoff: Cutoff) -> SQL {
    """
    EXISTS (SELECT 1 FROM journal AS same JOIN receipt AS its USING (incarnation, lane, seq)
      WHERE same.op = journal.op AND same.incarnation >= journal.incarnation
        AND its.received_at <= \(cutoff.device)
        AND coalesce(its.centre_at, \(Int64.max)) <= \(cutoff.centre))
    """
  }

  private static let isNeeded: SQL = """
    (coalesce(receipt.result = 'refused' AND receipt.code IS NOT 'duplicate'
        AND receipt.dismissed_at IS NULL, 0)
      OR EXISTS (SELECT 1 FROM conflict
        WHERE conflict.record = journal.record AND \(waits))
      OR EXISTS (SELECT 1 FROM record_photo JOIN photo USING (sha256)
        WHERE record_photo.record = journal.record AND record_photo.op = journal.op
          AND photo.received_at IS NULL AND receipt.dismissed_at IS NULL)
      OR EXISTS (SELECT 1 FROM journal AS undoing
        LEFT JOIN receipt AS its USING (incarnation, lane, seq)
        WHERE undoing.undoes = journal.op AND its.seq IS NULL)
      OR EXISTS (SELECT 1 FROM journal AS earlier
        WHERE earlier.op = journal.op AND earlier.incarnation < journal.incarnation))
    """

  // Photos.

  /// Marks first, removes after: a file that is missing is then never one that
  /// should be there.
  private func markPhotos(_ cutoff: Cutoff, at now: Int64) throws -> Int {
    try connection.run(
      """
      UPDATE photo SET dropped_at = \(now)
      WHERE dropped_at IS NULL AND received_at <= \(cutoff.device)
        AND centre_at <= \(cutoff.centre)
        AND NOT EXISTS (
          SELECT 1 FROM record_photo WHERE record_photo.sha256 = photo.sha256 AND (
            EXISTS (SELECT 1 FROM conflict
              WHERE conflict.record = record_photo.record AND \(Self.waits))
            OR EXISTS (SELECT 1 FROM journal LEFT JOIN receipt USING (incarnation, lane, seq)
              WHERE journal.op = record_photo.op
                AND ((receipt.seq IS NULL
                    AND journal.incarnation = (SELECT max(number) FROM incarnation))
                  OR (receipt.result = 'refused' AND receipt.code IS NOT 'duplicate'
                    AND receipt.dismissed_at IS NULL)))))
      """)
    return connection.changes
  }

  private func removeDroppedFiles() throws(FieldError) {
    let dropped = try worded {
      try connection.rows("SELECT sha256 FROM photo WHERE dropped_at IS NOT NULL") {
        try Column.digest($0.text(0))
      }
    }
    for photo in dropped where try worded({ try photos.exists(photo) }) {
      // Asked again where nobody else writes: the worker may have added the same
      // photo anew.
      try transaction {
        let isDropped = try connection.row(
          "SELECT 1 FROM photo WHERE sha256 = \(photo.hex) AND dropped_at IS NOT NULL"
        ) { _ in true }
        if isDropped != nil { _ = try photos.remove(photo) }
      }
    }
  }
}
