import Database
import Domain
import SyncProtocol

/// A record with what only this handheld knows of it.
public struct StoredRecord: Sendable, Hashable {
  /// Its visible state: the centre's, with the device's own unreceived
  /// operations on top. `version` is the base of the next operation.
  public var record: Record
  /// The last state the centre is known to have; nil when it has none.
  public var server: Record?
  /// When it came to this handheld, by the device's clock.
  public var createdAt: Int64
  /// When it last changed here.
  public var updatedAt: Int64

  static let columns: SQL = """
    id, element, kind, grid, parent, fields, version, latitude, longitude, accuracy,
    position_source, position_at, position_outside, photos, deleted, server, created_at, updated_at
    """

  init(_ row: Row) throws {
    var record = Record(
      id: try Column.id(row.text(0)), element: try Column.word(Element.self, row.text(1)),
      kind: try row.text(2), grid: try row.text(3),
      parent: try row.optionalText(4).map(Column.id),
      fields: try Column.value([String: FieldValue].self, row.text(5)),
      position: try Self.position(row), version: try row.integer(6))
    record.photos = try row.optionalText(13).map { try Column.value([String].self, $0) }
    record.deleted = try row.bool(14) ? true : nil
    self.record = record
    server = try row.optionalText(15).map { try Column.value(Record.self, $0) }
    createdAt = try row.integer(16)
    updatedAt = try row.integer(17)
  }

  init(record: Record, server: Record?, createdAt: Int64, updatedAt: Int64) {
    self.record = record
    self.server = server
    self.createdAt = createdAt
    self.updatedAt = updatedAt
  }

  private static func position(_ row: Row) throws -> Position? {
    guard let latitude = try row.optionalReal(7), let longitude = try row.optionalReal(8) else {
      return nil
    }
    let source = try Column.word(Position.Source.self, row.text(10))
    guard
      var position = Position(
        latitude: latitude, longitude: longitude, accuracy: try row.optionalReal(9),
        source: source, at: try row.optionalInteger(11))
    else { throw FieldError.damaged }
    position.outside = try row.optionalInteger(12).map { $0 != 0 }
    return position
  }
}

/// What a list shows of a record.
public struct RecordSummary: Sendable, Hashable {
  /// Identifier.
  public var id: UniqueID
  /// Which of the five elements it is.
  public var element: Element
  /// Its register.
  public var kind: String
  /// Its grid.
  public var grid: String
  /// What a person calls it.
  public var title: String
  /// When it last changed here, by the device's clock.
  public var updatedAt: Int64

  static let columns: SQL = "id, element, kind, grid, title, updated_at"

  init(_ row: Row) throws {
    id = try Column.id(row.text(0))
    element = try Column.word(Element.self, row.text(1))
    kind = try row.text(2)
    grid = try row.text(3)
    title = try row.text(4)
    updatedAt = try row.integer(5)
  }
}
