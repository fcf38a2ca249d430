import Domain
import SyncProtocol

/// What shows of a record: the centre's state with the device's own operations
/// on top, in the order they were made (PROTOCOL.md §8).
enum Rebase {
  /// The visible state; nil when there is neither a state nor a creation.
  static func visible(server: Record?, operations: [Operation]) -> Record? {
    var record = server
    for operation in operations { record = apply(operation, to: record) }
    return record
  }

  /// One operation's effect.
  static func apply(_ operation: Operation, to record: Record?) -> Record? {
    guard var result = record ?? begun(by: operation) else { return nil }
    if let grid = operation.grid { result.grid = grid }
    if let parent = operation.parent { result.parent = parent }
    if let position = operation.position { result.position = position }
    if let fields = operation.fields { result.set(fields) }
    for photo in operation.photos ?? [] where !(result.photos ?? []).contains(photo) {
      result.photos = (result.photos ?? []) + [photo]
    }
    switch operation.action {
    case .delete: result.deleted = true
    // Update against delete keeps the record (PROTOCOL.md §5), and so does an
    // update after one's own deletion.
    case .update, .act: result.deleted = nil
    case .create: break
    }
    return result
  }

  private static func begun(by operation: Operation) -> Record? {
    guard operation.action == .create else { return nil }
    return Record(
      id: operation.record, element: operation.element, kind: operation.kind,
      grid: operation.grid ?? "")
  }
}
