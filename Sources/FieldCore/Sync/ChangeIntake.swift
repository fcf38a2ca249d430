import Database
import Domain
import SyncProtocol

extension FieldStore {
  /// Applies a page of the change feed and keeps its cursor, in one transaction
  /// (PROTOCOL.md §8).
  func apply(_ page: ChangePage) throws(FieldError) {
    try transaction {
      for change in page.changes { try apply(change, epoch: page.epoch) }
      if !page.more { try connection.run("DELETE FROM conflict WHERE version = 0") }
      try connection.run(
        """
        UPDATE device SET cursor = \(page.cursor),
          clock_offset_ms = \(page.now - environment.now())
        """)
      try dropLeft()
    }
  }

  private func apply(_ change: Change, epoch: UniqueID) throws {
    switch change {
    case .enter(let grid):
      try saveGrid(grid)
      // What stayed when the grid left belongs here again.
      try connection.run("UPDATE record SET leaving = 0 WHERE \(Self.isIn(grid.id))")
    case .leave(let grid):
      try connection.run("UPDATE grid SET leaving = 1 WHERE id = \(grid)")
      try connection.run("UPDATE record SET leaving = 1 WHERE \(Self.isIn(grid))")
    case .record(let record): try take(record)
    case .gone(let id, _):
      try connection.run("UPDATE record SET leaving = 1 WHERE id = \(id.text)")
    case .receipt(let incarnation, let lane, let results, _):
      try take(results, incarnation: incarnation, lane: lane, epoch: epoch)
    case .form(let form, _): try saveForm(form)
    case .conflict(let conflict, let version): try saveConflict(conflict, version: version)
    case .unknown: break
    }
  }

  /// Whether a record is of a grid as far as the centre knows: one that the
  /// worker has moved on this device alone is still where the centre has it.
  static func isIn(_ grid: String) -> SQL {
    "coalesce(json_extract(server, '$.grid'), grid) = \(grid)"
  }

  private func take(_ incoming: Record) throws {
    let known = try record(incoming.id)?.server?.version ?? 0
    // Older than what a receipt already told: the newer one is on its way.
    guard incoming.version >= known else { return }
    try rebase(incoming.id, onto: incoming)
    if incoming.deleted != true { try retryOrphans(on: incoming.id) }
    try connection.run("UPDATE record SET leaving = 0 WHERE id = \(incoming.id.text)")
  }

  /// A receipt whose answer was lost comes again in the feed. One of an
  /// earlier incarnation changes nothing: what it speaks of stands again in the
  /// present one, and its receipt there will say `duplicate`.
  private func take(
    _ results: [OperationResult], incarnation: UniqueID, lane: Lane, epoch: UniqueID
  ) throws {
    let journal = try journal()
    guard incarnation == journal.incarnationID else { return }
    let received = try receivedThrough(lane)
    for result in results where result.seq <= received {
      try correct(result, lane: lane, epoch: epoch, journal)
    }
    // Receipts are kept without gaps; what lies beyond comes by its upload. One
    // that does not name our operation at its place speaks of a clone's: ours
    // was not received, and the next session finds the fork.
    var new: [OperationResult] = []
    for result in results where result.seq == received + 1 + Int64(new.count) {
      guard let entry = try entry(lane, result.seq, journal), entry.operation.op == result.op
      else { break }
      new.append(result)
    }
    try keep(new, lane: lane, epoch: epoch, missing: nil)
  }

  /// What became of an operation in a history that is no more is forgotten for
  /// what the present one says: a restored centre may have received it again from
  /// elsewhere, by an old connection or a file, with another result.
  private func correct(
    _ result: OperationResult, lane: Lane, epoch: UniqueID, _ journal: Journal
  ) throws {
    guard let entry = try entry(lane, result.seq, journal), entry.operation.op == result.op
    else { return }
    try connection.run(
      """
      UPDATE receipt SET result = \(result.result.rawValue), code = \(result.code?.rawValue),
        version = \(result.version), epoch = \(epoch.text), dismissed_at = CASE
          WHEN result = 'refused' AND code IS \(result.code?.rawValue) THEN dismissed_at END
      WHERE incarnation = \(journal.incarnation) AND lane = \(lane.rawValue)
        AND seq = \(result.seq) AND (epoch <> \(epoch.text)
          OR result <> \(result.result.rawValue) OR code IS NOT \(result.code?.rawValue)
          OR version IS NOT \(result.version))
      """)
    guard connection.changes > 0 else { return }
    let record = entry.operation.record
    try rebase(record, onto: try self.record(record)?.server)
  }

  /// Drops local copies of what left the worker's scope, as soon as nothing of
  /// the device's own waits there, for the centre or, refused, for the worker.
  /// The journal keeps what was done.
  func dropLeft() throws {
    let left: SQL = """
      record.leaving = 1 AND NOT EXISTS (
        SELECT 1 FROM journal LEFT JOIN receipt USING (incarnation, lane, seq)
        WHERE journal.record = record.id AND (
          (receipt.seq IS NULL
            AND journal.incarnation = (SELECT max(number) FROM incarnation))
          OR (receipt.result = 'refused' AND receipt.code IS NOT 'duplicate'
            AND receipt.dismissed_at IS NULL)))
      """
    // Its conflicts go with it (`conflict_goes`): nobody can decide here what
    // nobody sees here. With the record they come again.
    try connection.run("DELETE FROM record WHERE \(left)")
    try connection.run(
      """
      DELETE FROM grid WHERE leaving = 1
        AND NOT EXISTS (SELECT 1 FROM record WHERE record.grid = grid.id)
      """)
  }
}
