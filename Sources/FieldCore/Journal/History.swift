import Database
import Domain
import SyncProtocol

/// How far one operation or photo has come.
public enum QueueState: Sendable, Hashable {
  /// On this device only.
  case waiting
  /// Sealed for the centre, or its upload begun; no receipt yet.
  case sending
  /// The device holds the centre's receipt.
  case received
  /// The centre took it without effect, and said why.
  case refused(RefusalCode)
}

/// One entry of a record's history.
public struct HistoryItem: Sendable, Hashable {
  /// What was done.
  public var operation: Operation
  /// How far it has come.
  public var state: QueueState
  /// What became of it at the centre; nil without a receipt.
  public var result: OperationResult?
  /// When the receipt came, by the device's clock.
  public var receivedAt: Int64?
  /// The operation that took it back, when one did.
  public var undoneBy: UniqueID?
}

extension FieldStore {
  /// What this device did to a record, oldest first, with what became of it.
  public func history(_ record: UniqueID) throws(FieldError) -> [HistoryItem] {
    try worded {
      // An operation that an earlier incarnation could not send stands in the
      // journal twice; the later one tells how far it came.
      try connection.rows(
        """
        SELECT journal.line, receipt.result, receipt.code, receipt.version, receipt.received_at,
          EXISTS (SELECT 1 FROM segment WHERE segment.incarnation = journal.incarnation
            AND segment.lane = journal.lane AND journal.seq <= segment.last),
          (SELECT undoing.op FROM journal AS undoing WHERE undoing.undoes = journal.op LIMIT 1)
        FROM journal LEFT JOIN receipt USING (incarnation, lane, seq)
        WHERE journal.record = \(record.text) AND NOT EXISTS (
          SELECT 1 FROM journal AS later WHERE later.op = journal.op
            AND later.record = journal.record AND later.incarnation > journal.incarnation)
        ORDER BY journal.ordinal
        """, Self.historyItem)
    }
  }

  private static func historyItem(_ row: Row) throws -> HistoryItem {
    let operation = try WireJSON.decode(Operation.self, from: row.blob(0))
    var item = HistoryItem(operation: operation, state: try row.bool(5) ? .sending : .waiting)
    item.undoneBy = try row.optionalText(6).map(Column.id)
    guard let outcome = try row.optionalText(1) else { return item }
    let result = OperationResult(
      seq: operation.seq, op: operation.op,
      result: try Column.word(OperationResult.Outcome.self, outcome),
      code: try row.optionalText(2).map(RefusalCode.init), version: try row.optionalInteger(3))
    item.result = result
    item.state = result.refusal.map(QueueState.refused) ?? .received
    item.receivedAt = try row.optionalInteger(4)
    return item
  }
}

extension OperationResult {
  /// Why it had no effect; nil when it had one. `duplicate` had one: the centre
  /// had taken the same operation before.
  var refusal: RefusalCode? {
    guard result == .refused, code != .duplicate else { return nil }
    return code ?? .malformed
  }
}
