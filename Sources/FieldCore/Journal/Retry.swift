import Database
import Domain
import SyncProtocol

extension FieldStore {
  /// Does again what the centre refused on a record, as new operations, and
  /// takes the refusals off the queue: one transaction, one action.
  ///
  /// A refused creation is done again as the record now shows, with everything
  /// that was written to it since.
  ///
  /// - Throws: `.notFound` when nothing on the record was refused; what
  ///   `commit` throws.
  @discardableResult
  public func retryRefused(_ id: UniqueID) throws(FieldError) -> [Entry] {
    try transaction {
      let refused = try refusedOperations(on: id)
      guard let shown = try record(id)?.record, !refused.isEmpty else {
        throw FieldError.notFound(id.text)
      }
      guard shown.deleted != true || refused.contains(where: { $0.action == .delete }) else {
        throw FieldError.recordDeleted(id)
      }
      let photos = refused.flatMap { $0.photos ?? [] }.compactMap { Digest(hex: $0) }
      var changes: [RecordChange]
      if refused.contains(where: { $0.action == .create }) {
        changes = [.create(shown, photos: photos)]
        changes[0].isRetry = true
      } else {
        changes = refused.map(Self.repetition)
      }
      let entries = try commit(changes)
      for operation in refused { try dismissRefusal(operation.op) }
      return entries
    }
  }

  private func refusedOperations(on record: UniqueID) throws -> [Operation] {
    try connection.rows(
      """
      SELECT journal.line FROM receipt JOIN journal USING (incarnation, lane, seq)
      WHERE journal.record = \(record.text) AND receipt.result = 'refused'
        AND receipt.code IS NOT 'duplicate' AND receipt.dismissed_at IS NULL
      ORDER BY journal.ordinal
      """
    ) { try WireJSON.decode(Operation.self, from: $0.blob(0)) }
  }

  private static func repetition(of operation: Operation) -> RecordChange {
    let fields = operation.fields ?? [:]
    let work: RecordChange.Work =
      switch operation.action {
      case .delete: .delete(operation.record)
      case .act: .act(operation.record, fields: fields)
      case .create, .update: .update(operation.record, fields: fields)
      }
    return RecordChange(
      work, position: operation.position, grid: operation.grid, parent: operation.parent,
      photos: (operation.photos ?? []).compactMap { Digest(hex: $0) })
  }
}
