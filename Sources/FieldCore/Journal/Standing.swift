import Database
import Domain
import SyncProtocol

extension FieldStore {
  /// The operations that stand on top of the centre's state of a record, in
  /// the order they were made: the unreceived ones. Where the centre has no
  /// state at all, the refused ones too: nothing else shows what was written.
  ///
  /// - Parameter seq: only those before this place in their lane.
  func standingOperations(
    on record: UniqueID, hasServerState: Bool, before seq: Int64? = nil
  ) throws -> [Operation] {
    let refused: SQL = hasServerState ? "" : "OR receipt.result = 'refused'"
    let earlier: SQL = seq.map { "AND journal.seq < \($0)" } ?? ""
    return try connection.rows(
      """
      SELECT journal.line FROM journal LEFT JOIN receipt USING (incarnation, lane, seq)
      WHERE journal.record = \(record.text) \(earlier)
        AND ((receipt.seq IS NULL
              AND journal.incarnation = (SELECT max(number) FROM incarnation)) \(refused))
      ORDER BY journal.ordinal
      """
    ) { try WireJSON.decode(Operation.self, from: $0.blob(0)) }
  }

  /// Works out anew what shows of a record after the centre's state of it
  /// changed, and writes both.
  func rebase(_ id: UniqueID, onto server: Record?) throws {
    let before = try record(id)
    let operations = try standingOperations(on: id, hasServerState: server != nil)
    let now = environment.now()
    guard var visible = Rebase.visible(server: server, operations: operations) else {
      // Nothing is left of it anywhere: what shows stays, the worker decides.
      return
    }
    visible.version = server?.version ?? 0
    try save(
      StoredRecord(
        record: visible, server: server, createdAt: before?.createdAt ?? now, updatedAt: now))
  }
}
