/// One thing the grid knows: a household, a person, an event report, a diary
/// entry. What fields a kind has is said by its form, not here (DESIGN §4).
public struct Record: Sendable, Hashable, Codable {
  /// Identifier, made where the record was made.
  public var id: UniqueID
  /// Which of the five elements it is.
  public var element: Element
  /// The register it belongs to: the name of its form.
  public var kind: String
  /// The code of the grid it lies in.
  public var grid: String
  /// The record it belongs to: a member's household.
  public var parent: UniqueID?
  /// The values of its fields; a cleared field is absent.
  public var fields: [String: FieldValue]
  /// Where it is.
  public var position: Position?
  /// SHA-256 of its photos in hexadecimal, in the order they were added.
  public var photos: [String]?
  /// The centre's sequence at which it last changed; 0 = the centre has not
  /// seen it.
  public var version: Int64
  /// Set on a record that was deleted.
  public var deleted: Bool?

  /// A record as given.
  public init(
    id: UniqueID, element: Element, kind: String, grid: String, parent: UniqueID? = nil,
    fields: [String: FieldValue] = [:], position: Position? = nil, photos: [String]? = nil,
    version: Int64 = 0
  ) {
    self.id = id
    self.element = element
    self.kind = kind
    self.grid = grid
    self.parent = parent
    self.fields = fields
    self.position = position
    self.photos = photos
    self.version = version
  }

  /// Sets the fields that are named; null clears.
  public mutating func set(_ changes: [String: FieldValue]) {
    for (name, value) in changes {
      // A bare nil would be taken for the field value null.
      if value == .null { fields.removeValue(forKey: name) } else { fields[name] = value }
    }
  }

  /// What a person calls it: its `label`, else its name, address or text.
  public var title: String {
    for name in ["label", "name", "full_address", "address", "description", "content"] {
      if let text = fields[name]?.text, !text.isEmpty { return text }
    }
    return id.short
  }
}
