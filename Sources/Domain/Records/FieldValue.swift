/// The value of one field of a record, as JSON carries it.
///
/// Numbers that are whole and fit 64 bits stay integers, so that a sequence or
/// a house number never passes through floating point.
public enum FieldValue: Sendable, Hashable {
  /// Says that the field was cleared.
  case null
  /// true or false.
  case bool(Bool)
  /// A whole number.
  case integer(Int64)
  /// Any other finite number.
  case decimal(Double)
  /// Text, a date (`2026-11-21`), a choice's code, a geopoint (`22.5 114.0 0 5`).
  case text(String)
  /// An ordered list.
  case array([FieldValue])
  /// Named values.
  case object([String: FieldValue])

  /// The text of a `.text`.
  public var text: String? {
    if case .text(let text) = self { text } else { nil }
  }

  /// The number of an `.integer`.
  public var integer: Int64? {
    if case .integer(let integer) = self { integer } else { nil }
  }

  /// The value as a person would type it: numbers in decimal, lists separated
  /// by spaces, nothing for null.
  public var plain: String {
    switch self {
    case .null: ""
    case .bool(let bool): bool ? "true" : "false"
    case .integer(let integer): String(integer)
    case .decimal(let decimal): String(decimal)
    case .text(let text): text
    case .array(let values): values.map(\.plain).joined(separator: " ")
    case .object(let fields):
      fields.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.plain)" }
        .joined(separator: " ")
    }
  }
}

extension FieldValue: Codable {
  /// Reads any JSON value. Scalars are tried first: they are nearly all there
  /// is, and a wrong guess costs a thrown error.
  public init(from decoder: any Decoder) throws {
    let single = try decoder.singleValueContainer()
    if single.decodeNil() {
      self = .null
    } else if let text = try? single.decode(String.self) {
      self = .text(text)
    } else if let integer = try? single.decode(Int64.self) {
      self = .integer(integer)
    } else if let bool = try? single.decode(Bool.self) {
      self = .bool(bool)
    } else if let decimal = try? single.decode(Double.self) {
      self = .decimal(decimal)
    } else if let values = try? single.decode([FieldValue].self) {
      self = .array(values)
    } else {
      self = .object(try single.decode([String: FieldValue].self))
    }
  }

  /// Writes the JSON value.
  public func encode(to encoder: any Encoder) throws {
    var single = encoder.singleValueContainer()
    switch self {
    case .null: try single.encodeNil()
    case .bool(let bool): try single.encode(bool)
    case .integer(let integer): try single.encode(integer)
    case .decimal(let decimal): try single.encode(decimal)
    case .text(let text): try single.encode(text)
    case .array(let values): try single.encode(values)
    case .object(let fields): try single.encode(fields)
    }
  }
}

extension FieldValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByBooleanLiteral
{
  /// A text.
  public init(stringLiteral value: String) { self = .text(value) }
  /// A whole number.
  public init(integerLiteral value: Int64) { self = .integer(value) }
  /// true or false.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
}
