import Database
import Domain
import SyncProtocol

extension FieldStore {
  /// Does again, by itself, what was refused because the centre did not have the
  /// record: a restored one gets it from whoever made it, perhaps later. Done when
  /// the feed brings the record.
  func retryOrphans(on id: UniqueID) throws {
    let isOrphaned =
      try connection.row(
        """
        SELECT count(*) > 0 AND min(receipt.code = \(RefusalCode.recordUnknown.rawValue))
        FROM receipt JOIN journal USING (incarnation, lane, seq)
        WHERE journal.record = \(id.text) AND receipt.result = 'refused'
          AND receipt.code IS NOT 'duplicate' AND receipt.dismissed_at IS NULL
        """
      ) { try $0.bool(0) } ?? false
    guard isOrphaned, try record(id)?.record.deleted != true else { return }
    do throws(FieldError) { try retryRefused(id) } catch {
      // What cannot be done by itself waits for the worker as before.
      if error.isRetryable { throw error }
    }
  }

  /// Does again what the centre refused on a record, as new operations, and
  /// takes the refusals off the queue: one transaction, one action.
  ///
  /// A refused creation is done again as the record now shows, with everything
  /// that was written to it since. Photos go along.
  ///
  /// - Parameters:
  ///   - fields: what is put right on the way; null clears.
  ///   - grid: the grid it goes to instead.
  /// - Throws: `.notFound` when nothing on the record was refused; what
  ///   `commit` throws.
  @discardableResult
  public func retryRefused(
    _ id: UniqueID, setting fields: [String: FieldValue] = [:], grid: String? = nil
  ) throws(FieldError) -> [Entry] {
    try transaction {
      let refused = try refusedOperations(on: id)
      guard let shown = try record(id)?.record, !refused.isEmpty else {
        throw FieldError.notFound(id.text)
      }
      guard shown.deleted != true || refused.contains(where: { $0.action == .delete }) else {
        throw FieldError.recordDeleted(id)
      }
      var change = RecordChange(.update(id, fields: fields), grid: grid)
      if refused.contains(where: { $0.action == .create }) {
        change = Self.creation(of: shown, with: change, after: refused)
        return try commit([change])
      }
      let entries = try commit(Self.repetitions(of: refused, with: change))
      try dismissRefusals(on: id)
      return entries
    }
  }

  /// A change of a record whose creation was refused is that creation done
  /// again, put right: the centre would know nothing to change. Its refusals are
  /// then off the queue.
  func corrected(_ change: RecordChange, on before: StoredRecord?) throws -> RecordChange {
    guard case .update = change.work, change.undoes == nil, let before, before.server == nil,
      before.record.deleted != true
    else { return change }
    let refused = try refusedOperations(on: change.record)
    guard refused.contains(where: { $0.action == .create }),
      try !isCreationWaiting(change.record)
    else { return change }
    return Self.creation(of: before.record, with: change, after: refused)
  }

  private static func creation(
    of shown: Record, with change: RecordChange, after refused: [Operation]
  ) -> RecordChange {
    var record = shown
    if case .update(_, let fields) = change.work { record.set(fields) }
    if let grid = change.grid { record.grid = grid }
    if let parent = change.parent { record.parent = parent }
    var photos: [Digest] = []
    for photo in refused.flatMap({ $0.photos ?? [] }).compactMap({ Digest(hex: $0) })
      + change.photos where !photos.contains(photo)
    {
      photos.append(photo)
    }
    var creation = RecordChange(.create(record), position: change.position, photos: photos)
    creation.lane = change.lane
    creation.isRetry = true
    return creation
  }

  private func isCreationWaiting(_ record: UniqueID) throws -> Bool {
    try connection.row(
      """
      SELECT 1 FROM journal LEFT JOIN receipt USING (incarnation, lane, seq)
      WHERE journal.record = \(record.text) AND journal.action = 'create' AND receipt.seq IS NULL
        AND journal.incarnation = (SELECT max(number) FROM incarnation)
      """
    ) { _ in true } ?? false
  }

  func refusedOperations(on record: UniqueID) throws -> [Operation] {
    try connection.rows(
      """
      SELECT journal.line FROM receipt JOIN journal USING (incarnation, lane, seq)
      WHERE journal.record = \(record.text) AND receipt.result = 'refused'
        AND receipt.code IS NOT 'duplicate' AND receipt.dismissed_at IS NULL
      ORDER BY journal.ordinal
      """
    ) { try WireJSON.decode(Operation.self, from: $0.blob(0)) }
  }

  func dismissRefusals(on record: UniqueID) throws {
    for operation in try refusedOperations(on: record) { try dismissRefusal(operation.op) }
  }

  /// The refused operations again; what is put right stands in the last update.
  private static func repetitions(
    of refused: [Operation], with correction: RecordChange
  ) -> [RecordChange] {
    var changes = refused.map(repetition)
    guard case .update(let id, let fields) = correction.work,
      !fields.isEmpty || correction.grid != nil
    else { return changes }
    let last = changes.lastIndex { if case .update = $0.work { true } else { false } }
    guard let last, case .update(_, let before) = changes[last].work else {
      return [correction] + changes
    }
    changes[last].work = .update(id, fields: before.merging(fields) { $1 })
    changes[last].grid = correction.grid ?? changes[last].grid
    return changes
  }

  private static func repetition(of operation: Operation) -> RecordChange {
    let fields = operation.fields ?? [:]
    let work: RecordChange.Work =
      switch operation.action {
      case .delete: .delete(operation.record)
      case .act: .act(operation.record, fields: fields)
      case .create, .update: .update(operation.record, fields: fields)
      }
    var change = RecordChange(
      work, position: operation.position, grid: operation.grid, parent: operation.parent,
      photos: (operation.photos ?? []).compactMap { Digest(hex: $0) })
    change.resolves = operation.resolves ?? []
    change.seenOperations = operation.seen ?? []
    // What has come since was not seen when this was written.
    change.seenVersion = operation.base
    return change
  }
}
