import Database
import Domain
import SyncProtocol

extension FieldStore {
  /// Does what the changes say: the records and their journal entries, in one
  /// transaction that is on the disk when this returns.
  ///
  /// The changes of one call are one action for `undo()`: a household with its
  /// members, say. Either all of them happen or none.
  ///
  /// - Parameter draft: what the changes were written in; it goes in the same
  ///   transaction, so that nobody is offered to save them a second time.
  /// - Returns: the entries, in the order of the changes.
  /// - Throws: `.recordUnknown`, `.recordExists`, `.recordDeleted`,
  ///   `.photoUnknown`, `.tooManyPhotos`, `.operationTooLarge`, or what the
  ///   database refuses (`.storageFull` above all).
  @discardableResult
  public func commit(
    _ changes: [RecordChange], finishing draft: UniqueID? = nil
  ) throws(FieldError) -> [Entry] {
    try transaction {
      let journal = try journal()
      let batch = try journal.nextBatch()
      let entries = try changes.map { try perform($0, journal, batch) }
      if let draft { try deleteDraft(draft) }
      return entries
    }
  }

  private func perform(_ change: RecordChange, _ journal: Journal, _ batch: Int64) throws -> Entry {
    let before = try record(change.record)
    let change = try corrected(change, on: before)
    let operation = try operation(for: change, on: before)
    let entry = try journal.append(operation, batch: batch)
    try attach(change.photos, of: operation)
    try noteDecisions(operation)
    if change.isRetry { try dismissRefusals(on: change.record) }
    let now = environment.now()
    let applied = Rebase.apply(operation, to: before?.record)
    guard let visible = applied else { throw FieldError.recordUnknown(change.record) }
    try save(
      StoredRecord(
        record: visible, server: before?.server, createdAt: before?.createdAt ?? now,
        updatedAt: now))
    return entry
  }

  private func operation(
    for change: RecordChange, on before: StoredRecord?
  ) throws -> Operation {
    let record = try subject(of: change, before)
    var operation = Operation(
      op: environment.newID(), lane: try lane(for: change, record), seq: 0, record: record.id,
      element: record.element, kind: record.kind, action: change.action,
      base: min(record.version, change.seenVersion ?? .max),
      evidence: .init(
        at: environment.now(), boot: environment.bootID, mono: environment.monotonic()))
    switch change.work {
    case .create:
      operation.grid = record.grid
      operation.parent = record.parent
      operation.fields = record.fields.filter { $0.value != .null }
      operation.position = try flagged(change.position ?? record.position, grid: record.grid)
    case .update(_, let fields):
      operation.grid = change.grid
      operation.parent = change.parent
      operation.fields = fields
      operation.position = try flagged(change.position, grid: change.grid ?? record.grid)
    case .act(_, let fields):
      operation.fields = fields
      operation.position = try flagged(change.position, grid: record.grid)
    case .delete: break
    }
    if !change.photos.isEmpty { operation.photos = change.photos.map(\.hex) }
    operation.undoes = change.undoes
    if !change.resolves.isEmpty { operation.resolves = change.resolves }
    if !change.seenOperations.isEmpty { operation.seen = change.seenOperations }
    return operation
  }

  /// The record a change is about, as it is before the change.
  private func subject(of change: RecordChange, _ before: StoredRecord?) throws -> Record {
    guard change.photos.count <= Limits.operationPhotos else {
      throw FieldError.tooManyPhotos(limit: Limits.operationPhotos)
    }
    if case .create(var record) = change.work {
      guard before == nil || change.isRetry else { throw FieldError.recordExists(record.id) }
      record.version = 0
      return record
    }
    guard let record = before?.record else { throw FieldError.recordUnknown(change.record) }
    guard record.deleted != true || change.undoes != nil || !change.resolves.isEmpty else {
      throw FieldError.recordDeleted(record.id)
    }
    return record
  }

  private func lane(for change: RecordChange, _ record: Record) throws -> Lane {
    if let lane = try lane(of: record.id) { return lane }
    return change.lane ?? (record.element == .event ? .urgent : .normal)
  }

  private func attach(_ photos: [Digest], of operation: Operation) throws {
    for photo in photos {
      try keepPhoto(photo)
      try connection.run(
        """
        INSERT OR IGNORE INTO record_photo (record, sha256, op)
        VALUES (\(operation.record.text), \(photo.hex), \(operation.op.text))
        """)
    }
  }

  /// A fix, marked when it lies outside the record's grid; kept either way.
  private func flagged(_ position: Position?, grid: String) throws -> Position? {
    guard var position else { return nil }
    position.outside = try isOutside(position, grid: grid) == true ? true : nil
    return position
  }
}

extension RecordChange {
  var action: Action {
    switch work {
    case .create: .create
    case .update: .update
    case .delete: .delete
    case .act: .act
    }
  }
}
