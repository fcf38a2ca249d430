import Domain
import SyncProtocol

/// What shows of a record: the centre's state with the device's own operations
/// on top, in the order they were made (PROTOCOL.md §8).
enum Rebase {
  /// The visible state; nil when there is neither a state nor a creation.
  static func visible(server: Record?, operations: [Operation]) -> Record? {
    var record = server
    for operation in operations { record = apply(operation, to: record, server: server) }
    return record
  }

  /// One operation's effect.
  static func apply(_ operation: Operation, to record: Record?, server: Record?) -> Record? {
    guard var result = record ?? begun(by: operation) else { return nil }
    if let grid = operation.grid { result.grid = grid }
    if let parent = operation.parent { result.parent = parent }
    if let position = operation.position { result.position = position }
    if var fields = operation.fields {
      let deleted = fields.removeValue(forKey: Self.deletedField)
      if deleted == false { result.deleted = nil }
      result.set(fields)
    }
    for photo in operation.photos ?? [] where !(result.photos ?? []).contains(photo) {
      result.photos = (result.photos ?? []) + [photo]
    }
    switch operation.action {
    case .delete: result.deleted = true
    case .update, .act:
      // Update against delete keeps the record (PROTOCOL.md §5).
      if let server, server.deleted == true, operation.base < server.version {
        result.deleted = nil
      }
    case .create: break
    }
    return result
  }

  /// The field under which the protocol speaks of a record's deletion: an
  /// update that sets it to false takes a deletion back.
  static let deletedField = "deleted"

  private static func begun(by operation: Operation) -> Record? {
    guard operation.action == .create else { return nil }
    return Record(
      id: operation.record, element: operation.element, kind: operation.kind,
      grid: operation.grid ?? "")
  }
}
