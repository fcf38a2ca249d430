import Database
import Domain
import SyncProtocol

extension FieldStore {
  /// Decides a conflict: the chosen value is written to the record and the
  /// conflict counts as resolved, in one transaction. Choosing the value that
  /// shows writes it again, so that the centre hears of the decision.
  ///
  /// - Throws: `.notFound` when there is no such conflict or the value does not
  ///   fit what it is about; and what `commit` throws.
  @discardableResult
  public func resolveConflict(
    _ id: UniqueID, choosing value: FieldValue
  ) throws(FieldError) -> [Entry] {
    try transaction {
      let all = try conflicts(resolvedToo: true)
      guard let found = all.first(where: { $0.conflict.id == id })?.conflict,
        let change = Self.change(deciding: found, as: value)
      else { throw FieldError.notFound(id.text) }
      let entries = try commit([change])
      try connection.run(
        "UPDATE conflict SET resolved_at = \(environment.now()) WHERE id = \(id.text)")
      return entries
    }
  }

  /// The change that a decision comes to. `#grid`, `#parent`, `#position` and
  /// `#deleted` stand for what is no field of a form.
  private static func change(
    deciding conflict: Conflict, as value: FieldValue
  ) -> RecordChange? {
    let record = conflict.record
    switch conflict.field {
    case "#deleted":
      return value == true ? .delete(record) : .update(record, fields: [:])
    case "#grid":
      return value.text.map { RecordChange(.update(record, fields: [:]), grid: $0) }
    case "#parent":
      return value.text.flatMap { UniqueID($0) }
        .map { RecordChange(.update(record, fields: [:]), parent: $0) }
    case "#position":
      return position(value).map { RecordChange(.update(record, fields: [:]), position: $0) }
    default:
      return .update(record, fields: [conflict.field: value])
    }
  }

  private static func position(_ value: FieldValue) -> Position? {
    guard case .object(let members) = value,
      let latitude = members["latitude"]?.number, let longitude = members["longitude"]?.number
    else { return nil }
    return Position(latitude: latitude, longitude: longitude, source: .manual)
  }
}
