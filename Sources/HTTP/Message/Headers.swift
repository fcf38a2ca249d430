/// Header or trailer fields in the order they came, names compared without case (RFC 9110 §5.1).
public struct Headers: Sendable, Equatable, ExpressibleByDictionaryLiteral {
  /// One field line.
  public struct Field: Sendable, Equatable {
    /// The name as it was written.
    public let name: String
    /// The value without leading and trailing blanks.
    public let value: String

    /// Makes a field line.
    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// Every field line, repeated ones included.
  public private(set) var fields: [Field] = []

  /// Makes an empty list.
  public init() {}

  /// Makes a list of the given fields, in order.
  public init(dictionaryLiteral elements: (String, String)...) {
    fields = elements.map { Field(name: $0.0, value: $0.1) }
  }

  /// The value of the first field of that name.
  public func first(_ name: String) -> String? {
    fields.first { Ascii.equalIgnoringCase($0.name, name) }?.value
  }

  /// The values of all fields of that name, in order.
  public func all(_ name: String) -> [String] {
    fields.filter { Ascii.equalIgnoringCase($0.name, name) }.map(\.value)
  }

  /// Whether there is a field of that name.
  public func contains(_ name: String) -> Bool {
    fields.contains { Ascii.equalIgnoringCase($0.name, name) }
  }

  /// Adds a field after those that are there.
  public mutating func add(_ name: String, _ value: String) {
    fields.append(Field(name: name, value: value))
  }

  /// Puts one field in the place of all fields of that name.
  public mutating func set(_ name: String, _ value: String) {
    remove(name)
    add(name, value)
  }

  /// Removes all fields of that name.
  public mutating func remove(_ name: String) {
    fields.removeAll { Ascii.equalIgnoringCase($0.name, name) }
  }

  /// Whether a comma-separated list field has that member, without case (RFC 9110 §5.6.1).
  public func lists(_ name: String, _ member: String) -> Bool {
    fields.contains { field in
      Ascii.equalIgnoringCase(field.name, name)
        && field.value.utf8.split(separator: UInt8(ascii: ",")).contains {
          Ascii.equalIgnoringCase(Ascii.trimmed($0), member)
        }
    }
  }
}
