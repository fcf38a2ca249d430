import Database
import Domain
import SyncProtocol

/// Something that the device holds the centre's receipt for.
public struct ReceivedItem: Sendable, Hashable {
  /// What it is.
  public var subject: QueueItem.Subject
  /// Its lane; nil for a photo.
  public var lane: Lane?
  /// How many bytes it has.
  public var bytes: Int64
  /// When it was made, by the device's clock.
  public var at: Int64
  /// What became of it; nil for a photo.
  public var result: OperationResult?
  /// When the receipt came, by the device's clock.
  public var receivedAt: Int64
}

/// How much was done in a span of time and how much of it the centre has.
public struct WorkTally: Sendable, Hashable {
  /// Operations made.
  public var saved = 0
  /// Those with a receipt that says they had an effect.
  public var received = 0
}

extension FieldStore {
  /// What the centre's receipts are held for, the last received first;
  /// refusals that nobody has dismissed are left to `queue`.
  public func received(limit: Int = 1000) throws(FieldError) -> [ReceivedItem] {
    let items = try snapshot { try receivedOperations(limit) + receivedPhotos(limit) }
    return Array(items.sorted { $0.receivedAt > $1.receivedAt }.prefix(limit))
  }

  private func receivedOperations(_ limit: Int) throws -> [ReceivedItem] {
    try connection.rows(
      """
      SELECT journal.op, journal.record, journal.action, coalesce(record.title, ''),
        journal.lane, length(journal.line), journal.at, receipt.result, receipt.code,
        receipt.version, receipt.received_at, journal.seq
      FROM receipt JOIN journal USING (incarnation, lane, seq)
      LEFT JOIN record ON record.id = journal.record
      WHERE NOT (receipt.result = 'refused' AND receipt.code IS NOT 'duplicate'
        AND receipt.dismissed_at IS NULL)
      ORDER BY receipt.received_at DESC, journal.ordinal DESC LIMIT \(limit)
      """
    ) { row in
      let op = try Column.id(row.text(0))
      return ReceivedItem(
        subject: .operation(
          op, record: try Column.id(row.text(1)),
          action: try Column.word(Action.self, row.text(2)), title: try row.text(3)),
        lane: try Column.word(Lane.self, row.text(4)), bytes: try row.integer(5),
        at: try row.integer(6),
        result: OperationResult(
          seq: try row.integer(11), op: op,
          result: try Column.word(OperationResult.Outcome.self, row.text(7)),
          code: try row.optionalText(8).map(RefusalCode.init), version: try row.optionalInteger(9)),
        receivedAt: try row.integer(10))
    }
  }

  private func receivedPhotos(_ limit: Int) throws -> [ReceivedItem] {
    try connection.rows(
      """
      SELECT sha256, bytes, added_at, received_at FROM photo WHERE received_at IS NOT NULL
      ORDER BY received_at DESC, sha256 LIMIT \(limit)
      """
    ) {
      ReceivedItem(
        subject: .photo(try Column.digest($0.text(0)), problem: nil), lane: nil,
        bytes: try $0.integer(1), at: try $0.integer(2), result: nil,
        receivedAt: try $0.integer(3))
    }
  }

  /// What was done since a moment of the device's clock and not taken back.
  public func tally(since moment: Int64) throws(FieldError) -> WorkTally {
    try worded {
      try connection.row(
        """
        SELECT count(*), count(receipt.seq) FILTER (
          WHERE receipt.result <> 'refused' OR receipt.code = 'duplicate')
        FROM journal LEFT JOIN receipt USING (incarnation, lane, seq)
        WHERE journal.at >= \(moment) AND journal.undoes IS NULL
          AND NOT EXISTS (SELECT 1 FROM journal AS undoing WHERE undoing.undoes = journal.op)
          AND journal.incarnation = (SELECT max(number) FROM incarnation)
        """
      ) { WorkTally(saved: Int(try $0.integer(0)), received: Int(try $0.integer(1))) }
        ?? WorkTally()
    }
  }

  /// The grid of the record that this device changed last; nil when it changed none.
  public func lastGrid() throws(FieldError) -> String? {
    try worded {
      try connection.row(
        """
        SELECT record.grid FROM journal JOIN record ON record.id = journal.record
        ORDER BY journal.ordinal DESC LIMIT 1
        """
      ) { try $0.text(0) }
    }
  }
}
