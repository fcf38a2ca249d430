import Domain
import SyncProtocol

/// The effect of one operation on the centre's records.
struct Effect {
  /// The operation takes no effect, for this reason.
  struct Refusal: Error {
    let code: RefusalCode
  }

  /// What all operations of one segment have in common.
  struct Context {
    let device: Device
    let incarnation: UniqueID
    /// The worker's grids.
    let scope: Set<String>
    let at: Int64
  }

  let operation: Operation
  let context: Context

  init(_ operation: Operation, _ context: Context) {
    self.operation = operation
    self.context = context
  }

  func apply(in store: any CentralWriting) throws -> OperationResult {
    try refuseWhatNeverFits(in: store)
    switch operation.action {
    case .create: return try create(in: store)
    case .update: return try change(in: store) { $0.updated($1) }
    case .delete: return try change(in: store) { $0.deleted($1) }
    // Acts belong to kinds with behaviour of their own; none is defined yet.
    case .act: throw Refusal(code: .actUnknown)
    }
  }

  private func refuseWhatNeverFits(in store: any CentralWriting) throws {
    if try store.hasOperation(operation.op) { throw Refusal(code: .duplicate) }
    guard (operation.photos ?? []).count <= Limits.operationPhotos,
      (operation.resolves ?? []).count <= Limits.operationResolutions,
      (operation.seen ?? []).count <= Limits.operationSeen,
      (operation.fields ?? [:]).values.allSatisfy({ Bulk.depth(of: $0) <= Bulk.nesting })
    else { throw Refusal(code: .tooLarge) }
    guard (operation.photos ?? []).allSatisfy({ Digest(hex: $0) != nil }),
      operation.base >= 0,
      operation.fields?.keys.contains(where: { $0.isEmpty || $0.hasPrefix("#") }) != true,
      operation.position.map(isOnEarth) ?? true
    else { throw Refusal(code: .malformed) }
    guard try store.hasForm(operation.kind) else { throw Refusal(code: .kindUnknown) }
    if let grid = operation.grid { try demand(grid, in: store) }
  }

  private func isOnEarth(_ position: Position) -> Bool {
    Position(
      latitude: position.latitude, longitude: position.longitude, accuracy: position.accuracy,
      source: position.source) != nil
  }

  private func demand(_ grid: String, in store: any CentralWriting) throws {
    guard context.scope.contains(grid) else {
      throw Refusal(
        code: try store.division(grid) == nil ? .gridUnknown : .gridOutOfScope)
    }
  }

  /// A record that is too large already may still shrink.
  private func demandRoom(for record: StoredRecord, after former: StoredRecord?) throws {
    let bytes = Bulk.bytes(of: record.record)
    if bytes <= Bulk.recordBytes { return }
    if let former, bytes <= Bulk.bytes(of: former.record) { return }
    throw Refusal(code: .tooLarge)
  }

  private func create(in store: any CentralWriting) throws -> OperationResult {
    guard let grid = operation.grid else { throw Refusal(code: .malformed) }
    guard try store.record(operation.record) == nil else { throw Refusal(code: .recordExists) }
    let version = try store.nextVersion()
    let created = merge(version).created(grid: grid, at: context.at)
    try demandRoom(for: created, after: nil)
    try store.put(created, leaving: nil)
    try linkPhotos(in: store)
    return OperationResult(
      seq: operation.seq, op: operation.op, result: .applied, version: version)
  }

  private func change(
    in store: any CentralWriting, _ merged: (Merge, StoredRecord) -> Merge.Outcome
  ) throws -> OperationResult {
    guard let stored = try store.record(operation.record) else {
      throw Refusal(code: .recordUnknown)
    }
    guard stored.record.kind == operation.kind else { throw Refusal(code: .malformed) }
    guard context.scope.contains(stored.record.grid) else { throw Refusal(code: .gridOutOfScope) }
    let version = try store.nextVersion()
    var merge = merge(version)
    merge.seen = try seen(in: store)
    var outcome = merged(merge, stored)
    merge.decided = try decided(outcome.disputes, in: store)
    if !merge.decided.isEmpty { outcome = merged(merge, stored) }
    try demandRoom(for: outcome.record, after: stored)
    try store.put(outcome.record, leaving: stored.record.grid)
    try linkPhotos(in: store)
    try keep(outcome.disputes, in: outcome.record.record.grid, at: version, in: store)
    try settle(in: outcome.record.record.grid, at: version, in: store)
    return OperationResult(
      seq: operation.seq, op: operation.op, result: outcome.result, version: version)
  }

  private func merge(_ version: Int64) -> Merge {
    Merge(operation: operation, incarnation: context.incarnation, version: version)
  }

  private func linkPhotos(in store: any CentralWriting) throws {
    for photo in operation.photos ?? [] {
      if let digest = Digest(hex: photo) {
        try store.link(photo: digest, to: operation.record)
      }
    }
  }
}
