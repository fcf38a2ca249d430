import Database
import Domain
import SyncProtocol

extension FieldStore {
  /// Takes back the newest action that was not taken back yet, by appending
  /// the inverse of each of its operations in one transaction; call it again
  /// for the one before. The journal keeps both.
  ///
  /// A creation is taken back by a deletion, an update by the values that
  /// would show without it (so what the centre brought meanwhile stays), a
  /// deletion by an update with all fields, which brings a record back
  /// (PROTOCOL.md §5). What the protocol cannot take away stays: an added photo, a first position or
  /// parent.
  ///
  /// - Returns: the entries appended.
  /// - Throws: `.nothingToUndo`; `.alreadySent` when a part of the action is
  ///   sealed for the centre or there; `.notUndoable` for an act.
  @discardableResult
  public func undo() throws(FieldError) -> [Entry] {
    try transaction {
      let journal = try journal()
      let entries = try newestAction(journal)
      for entry in entries {
        let operation = entry.operation
        if operation.seq <= (try sentThrough(operation.lane, journal)) {
          throw FieldError.alreadySent(operation.op)
        }
      }
      return try commit(try entries.reversed().map(inverse))
    }
  }

  private func newestAction(_ journal: Journal) throws -> [Entry] {
    let entries = try connection.rows(
      """
      SELECT \(Entry.columns) FROM journal WHERE batch = (
        SELECT batch FROM journal AS made
        WHERE incarnation = \(journal.incarnation) AND undoes IS NULL
          AND NOT EXISTS (SELECT 1 FROM journal AS undoing WHERE undoing.undoes = made.op)
        ORDER BY batch DESC LIMIT 1)
      ORDER BY ordinal
      """, Entry.init)
    guard !entries.isEmpty else { throw FieldError.nothingToUndo }
    return entries
  }

  /// The last place of a lane that is sealed or received.
  func sentThrough(_ lane: Lane, _ journal: Journal) throws -> Int64 {
    try connection.row(
      """
      SELECT max(
        (SELECT coalesce(max(seq), 0) FROM receipt
         WHERE incarnation = \(journal.incarnation) AND lane = \(lane.rawValue)),
        (SELECT coalesce(max(last), 0) FROM segment
         WHERE incarnation = \(journal.incarnation) AND lane = \(lane.rawValue)))
      """
    ) { try $0.integer(0) } ?? 0
  }

  private func inverse(of entry: Entry) throws -> RecordChange {
    let operation = entry.operation
    var change: RecordChange
    switch operation.action {
    case .create: change = .delete(operation.record)
    case .update: change = formerValues(operation, try state(before: operation))
    case .delete:
      change = .update(operation.record, fields: try state(before: operation).fields)
    case .act: throw FieldError.notUndoable(operation.op)
    }
    change.undoes = operation.op
    return change
  }

  private func formerValues(_ operation: Operation, _ before: Record) -> RecordChange {
    var fields: [String: FieldValue] = [:]
    for name in (operation.fields ?? [:]).keys { fields[name] = before.fields[name] ?? .null }
    return RecordChange(
      .update(operation.record, fields: fields),
      position: operation.position == nil ? nil : before.position,
      grid: operation.grid == nil ? nil : before.grid,
      parent: operation.parent == nil ? nil : before.parent)
  }

  /// What would show of the record without this operation and those after it.
  private func state(before operation: Operation) throws -> Record {
    let server = try record(operation.record)?.server
    let operations = try standingOperations(
      on: operation.record, hasServerState: server != nil, before: operation.seq)
    guard let state = Rebase.visible(server: server, operations: operations) else {
      throw FieldError.recordUnknown(operation.record)
    }
    return state
  }
}
