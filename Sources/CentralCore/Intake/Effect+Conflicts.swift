import Domain
import SyncProtocol

// What an operation has to do with conflicts (PROTOCOL.md §5): those it makes,
// those it decides, those whose decision it takes back.
extension Effect {
  /// Entries of a record's history that are searched for a value it once had.
  private static let historySearched = 500

  /// The fields whose conflicts the operation decides, with the version at which
  /// they arose.
  func seen(in store: any CentralReading) throws -> [String: Int64] {
    var seen: [String: Int64] = [:]
    for id in operation.resolves ?? [] {
      guard let found = try store.conflict(id), found.conflict.record == operation.record else {
        continue
      }
      seen[found.conflict.field] = max(seen[found.conflict.field] ?? 0, found.version)
    }
    for found in try mirrored(in: store) {
      seen[found.conflict.field] = max(seen[found.conflict.field] ?? 0, found.version)
    }
    return seen
  }

  /// The fields about which somebody decided who had seen this operation before
  /// it came here.
  func decided(_ disputes: [Merge.Dispute], in store: any CentralReading) throws -> Set<String> {
    if disputes.isEmpty { return [] }
    let decisions = try store.decisions(naming: operation.op)
    return Set(
      disputes.map(\.field).filter { field in
        decisions.contains { $0.fields.contains(field) }
      })
  }

  /// Keeps both values of what was written differently, for a person to choose.
  func keep(
    _ disputes: [Merge.Dispute], in grid: String, at version: Int64, in store: any CentralWriting
  ) throws {
    for dispute in disputes {
      let mine = try author(in: store)
      let other = try author(of: dispute.other, in: store)
      var conflict = Conflict(
        id: Conflict.id(op: operation.op, field: dispute.field), record: operation.record,
        field: dispute.field, base: try base(of: dispute.field, in: store), shown: dispute.shown,
        kept: dispute.kept, op: operation.op, shownBy: dispute.isOperationShown ? mine : other,
        keptBy: dispute.isOperationShown ? other : mine)
      conflict.resolved = try decision(on: conflict, in: store)?.author
      try store.put(
        StoredConflict(conflict: conflict, version: version), grid: grid,
        at: try store.nextVersion())
    }
  }

  /// The decision that closes a conflict: it names it, or has seen the operation
  /// that did not get to show, or both of its sides.
  private func decision(
    on conflict: Conflict, in store: any CentralReading
  ) throws -> Decision? {
    if let named = try store.decisions(naming: conflict.id).first { return named }
    let about = try conflict.sides.map { op in
      try store.decisions(naming: op).filter { $0.fields.contains(conflict.field) }
    }
    // The first side is the operation that made the conflict. One that came after
    // the decision did not get to show.
    let isLate = conflict.keptBy?.op == conflict.op
    return about[0].first { decision in
      isLate || about.dropFirst().contains { $0.contains(decision) }
    }
  }

  /// Closes the conflicts that the operation decides, and opens again those whose
  /// decision it takes back.
  func settle(in grid: String, at version: Int64, in store: any CentralWriting) throws {
    var touched: Set<UniqueID> = []
    if let undone = operation.undoes {
      try store.withdrawDecisions(of: undone, on: operation.record)
      let closed = try store.conflicts(of: operation.record).map(\.conflict)
        .filter { $0.resolved?.op == undone }
      touched.formUnion(closed.map(\.id))
    }
    touched.formUnion(try decide(at: version, in: store))
    for id in touched.sorted() {
      guard var found = try store.conflict(id), found.conflict.record == operation.record else {
        continue
      }
      let author = try decision(on: found.conflict, in: store)?.author
      guard found.conflict.resolved != author else { continue }
      found.conflict.resolved = author
      try store.put(found, grid: grid, at: try store.nextVersion())
    }
  }

  /// Notes what the operation decides; returns the conflicts that may be closed
  /// by it.
  private func decide(
    at version: Int64, in store: any CentralWriting
  ) throws -> [UniqueID] {
    let (resolves, seen) = (operation.resolves ?? [], operation.seen ?? [])
    if resolves.isEmpty, seen.isEmpty { return [] }
    let decision = Decision(
      author: try author(in: store), fields: operation.decidedFields, version: version)
    for id in resolves + seen { try store.put(decision, naming: id, of: operation.record) }
    let mirrored = try mirrored(in: store)
    return resolves + mirrored.map(\.conflict.id)
  }

  /// The open conflicts between operations that this one has seen both, about what
  /// it decides: at a restored centre they may have come the other way round.
  private func mirrored(in store: any CentralReading) throws -> [StoredConflict] {
    guard let seen = operation.seen, seen.count > 1 else { return [] }
    let (sides, fields) = (Set(seen), operation.decidedFields)
    return try store.conflicts(of: operation.record).filter { found in
      let conflict = found.conflict
      return conflict.resolved == nil && conflict.sides.count > 1
        && sides.isSuperset(of: conflict.sides) && fields.contains(conflict.field)
    }
  }

  /// Who sent this operation.
  private func author(in store: any CentralReading) throws -> Conflict.Author {
    try Self.author(
      operation.op, context.device.worker, at: operation.evidence.at, in: store)
  }

  private static func author(
    _ op: UniqueID, _ worker: String, at: Int64?, in store: any CentralReading
  ) throws -> Conflict.Author {
    Conflict.Author(op: op, worker: worker, name: try store.worker(worker)?.name ?? "", at: at)
  }

  private func author(
    of writer: StoredRecord.Writer?, in store: any CentralReading
  ) throws -> Conflict.Author? {
    guard let writer,
      let entry = try store.entries(on: operation.record, through: writer.version, limit: 1).first,
      entry.version == writer.version, let written = Self.operation(of: entry),
      let device = try store.device(entry.device)
    else { return nil }
    return try Self.author(written.op, device.worker, at: written.evidence.at, in: store)
  }

  /// The value a field had at the operation's base.
  private func base(of field: String, in store: any CentralReading) throws -> FieldValue {
    guard operation.base > 0 else { return .null }
    let entries = try store.entries(
      on: operation.record, through: operation.base, limit: Self.historySearched)
    for entry in entries {
      guard let written = Self.operation(of: entry), let value = written.value(of: field) else {
        continue
      }
      // A value that lost at once never showed.
      if entry.outcome == .conflict,
        try store.conflict(Conflict.id(op: written.op, field: field))?.conflict.keptBy?.op
          == written.op
      {
        continue
      }
      return value
    }
    return .null
  }

  private static func operation(of entry: RecordEntry) -> Operation? {
    // Lines that took effect were read before; one that cannot be is no value.
    try? WireJSON.decode(Operation.self, from: entry.line)
  }
}

extension Operation {
  /// What a decision by this operation is about.
  fileprivate var decidedFields: [String] {
    var names = (fields ?? [:]).keys.sorted() + [Merge.deletedMember]
    if grid != nil { names.append(Merge.gridMember) }
    if parent != nil { names.append(Merge.parentMember) }
    if position != nil { names.append(Merge.positionMember) }
    return names
  }

  /// The value it writes to a field, or to what stands for none; nil when it
  /// writes none.
  fileprivate func value(of field: String) -> FieldValue? {
    switch field {
    case Merge.gridMember: grid.map { .text($0) }
    case Merge.parentMember: parent.map { .text($0.text) }
    case Merge.positionMember: position.map { Merge.value($0) }
    case Merge.deletedMember: .bool(action == .delete)
    default: fields?[field]
    }
  }
}
