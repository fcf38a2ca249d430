import Database
import Domain
import SyncProtocol

/// What somebody decided about one conflict.
public struct ConflictChoice: Sendable, Hashable {
  /// The conflict.
  public var conflict: UniqueID
  /// The value that is to show from now on: one of the two, the one before, or
  /// another.
  public var value: FieldValue

  /// A choice as given.
  public init(_ conflict: UniqueID, _ value: FieldValue) {
    self.conflict = conflict
    self.value = value
  }
}

extension FieldStore {
  /// Decides conflicts of one record: the chosen values are written to it by
  /// operations that name the conflicts, in one transaction and one action.
  /// Choosing the value that shows writes it again, so that the centre hears of
  /// the decision. Works without a network.
  ///
  /// - Parameter fields: what else is written with it.
  /// - Throws: `.notFound` when one is no conflict of the same record or the value
  ///   does not fit what it is about; and what `commit` throws.
  @discardableResult
  public func resolve(
    _ choices: [ConflictChoice], setting fields: [String: FieldValue] = [:]
  ) throws(FieldError) -> [Entry] {
    try transaction {
      var decisions: [(conflict: Conflict, value: FieldValue)] = []
      for choice in choices {
        guard let found = try conflict(choice.conflict)?.conflict,
          found.record == decisions.first?.conflict.record ?? found.record
        else { throw FieldError.notFound(choice.conflict.text) }
        decisions.append((found, choice.value))
      }
      guard let record = decisions.first?.conflict.record else { return [] }
      var changes: [RecordChange] = []
      while !decisions.isEmpty {
        let part = decisions.prefix(Limits.operationResolutions)
        decisions.removeFirst(part.count)
        changes += try Self.changes(of: record, deciding: Array(part))
      }
      if !fields.isEmpty { changes.insert(.update(record, fields: fields), at: 0) }
      return try commit(changes)
    }
  }

  /// Decides one conflict.
  ///
  /// - Throws: like `resolve`.
  @discardableResult
  public func resolveConflict(
    _ id: UniqueID, choosing value: FieldValue
  ) throws(FieldError) -> [Entry] {
    try resolve([ConflictChoice(id, value)])
  }

  /// An update with what was decided about values, then a deletion where that
  /// was decided.
  private static func changes(
    of record: UniqueID, deciding decisions: [(conflict: Conflict, value: FieldValue)]
  ) throws -> [RecordChange] {
    var fields: [String: FieldValue] = [:]
    var update = RecordChange(.update(record, fields: [:]))
    var deletion = RecordChange.delete(record)
    for (conflict, value) in decisions {
      if conflict.field == "#deleted", value == true {
        deletion.name(conflict)
        continue
      }
      update.name(conflict)
      switch conflict.field {
      case "#deleted": break
      case "#grid": update.grid = try fitting(value.text, conflict)
      case "#parent": update.parent = try fitting(value.text.flatMap { UniqueID($0) }, conflict)
      case "#position": update.position = try fitting(position(value), conflict)
      default: fields[conflict.field] = value
      }
    }
    update.work = .update(record, fields: fields)
    return [update, deletion].filter { !$0.resolves.isEmpty }
  }

  private static func fitting<T>(_ value: T?, _ conflict: Conflict) throws -> T {
    guard let value else { throw FieldError.notFound(conflict.id.text) }
    return value
  }

  /// A position as conflicts hold it, whole.
  private static func position(_ value: FieldValue) throws -> Position? {
    guard case .object = value else { return nil }
    return try WireJSON.decode(Position.self, from: WireJSON.encode(value))
  }
}

extension RecordChange {
  fileprivate mutating func name(_ conflict: Conflict) {
    resolves.append(conflict.id)
    for op in conflict.sides where !seenOperations.contains(op) { seenOperations.append(op) }
  }
}
