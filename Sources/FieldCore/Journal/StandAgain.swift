import Database
import Domain
import SyncProtocol

extension FieldStore {
  /// Whether the journal began anew before, so that the lanes' positions at the
  /// centre do not speak of all that was done here.
  func hasFormerIncarnations() throws -> Bool {
    try connection.row("SELECT count(*) FROM incarnation") { try $0.integer(0) } != 1
  }

  /// Begins another life of the journal in which everything that is still here
  /// stands again, in the order it was done and under the same identifiers
  /// (PROTOCOL.md §9). What the centre has it calls a duplicate.
  func beginIncarnationAnew() throws {
    // One of each operation: it may stand in several incarnations.
    let ordinals = try connection.rows(
      "SELECT min(ordinal) FROM journal GROUP BY op ORDER BY min(ordinal)"
    ) { try $0.integer(0) }
    try connection.run(
      """
      DELETE FROM receipt WHERE EXISTS (
        SELECT 1 FROM journal WHERE journal.incarnation = receipt.incarnation
          AND journal.lane = receipt.lane AND journal.seq = receipt.seq)
      """)
    let new = try openIncarnation(after: journal())
    let offset = try new.nextBatch()
    for ordinal in ordinals {
      let entry = try connection.row(
        "SELECT \(Entry.columns) FROM journal WHERE ordinal = \(ordinal)", Entry.init)
      guard let entry else { throw FieldError.damaged }
      _ = try new.append(entry.operation, batch: offset + entry.batch)
    }
  }
}
