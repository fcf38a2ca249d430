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
    guard var visible = Rebase.visible(server: server, operations: operations) else {
      // Nothing is left of it anywhere: what shows stays, the worker decides.
      return
    }
    visible.version = server?.version ?? 0
    let changed = try changeTime(of: visible, before)
    try save(
      StoredRecord(
        record: visible, server: server, createdAt: before?.createdAt ?? changed,
        updatedAt: changed))
  }

  /// When what shows of a record changed, as well as the device can know: the
  /// centre's word for what shows already is no change, and the feed does not
  /// say when somebody else wrote.
  private func changeTime(of visible: Record, _ before: StoredRecord?) throws -> Int64 {
    if let before {
      return visible.showsTheSame(as: before.record) ? before.updatedAt : environment.now()
    }
    // One that left and comes again was perhaps changed here.
    let ours = try connection.row(
      "SELECT max(at) FROM journal WHERE record = \(visible.id.text)"
    ) { try $0.optionalInteger(0) }
    return (ours ?? nil) ?? environment.now()
  }
}

extension Record {
  /// Whether a person sees no difference: all but the centre's version.
  fileprivate func showsTheSame(as other: Record) -> Bool {
    var (left, right) = (self, other)
    (left.version, right.version) = (0, 0)
    (left.deleted, right.deleted) = (left.deleted ?? false, right.deleted ?? false)
    (left.photos, right.photos) = (left.photos ?? [], right.photos ?? [])
    return left == right
  }
}
