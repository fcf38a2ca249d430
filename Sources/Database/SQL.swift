/// SQL whose interpolations are bound, never pasted: `"… WHERE id = \(id)"`
/// becomes `… WHERE id = ?` with one argument.
public struct SQL: ExpressibleByStringInterpolation, Sendable {
  let text: String
  let arguments: [Argument]

  /// SQL without arguments.
  public init(stringLiteral value: String) {
    text = value
    arguments = []
  }

  /// SQL with its arguments.
  public init(stringInterpolation: StringInterpolation) {
    text = stringInterpolation.text
    arguments = stringInterpolation.arguments
  }

  /// A value SQLite stores.
  public enum Argument: Sendable, Hashable {
    /// NULL
    case null
    /// INTEGER
    case integer(Int64)
    /// REAL
    case real(Double)
    /// TEXT, UTF-8
    case text(String)
    /// BLOB
    case blob([UInt8])
  }

  /// Collects text and arguments.
  public struct StringInterpolation: StringInterpolationProtocol {
    var text = ""
    var arguments: [Argument] = []

    /// Room for what comes.
    public init(literalCapacity: Int, interpolationCount: Int) {
      text.reserveCapacity(literalCapacity + interpolationCount)
      arguments.reserveCapacity(interpolationCount)
    }

    /// SQL text.
    public mutating func appendLiteral(_ literal: String) { text += literal }

    /// A bound value.
    public mutating func appendInterpolation(_ argument: Argument) {
      text += "?"
      arguments.append(argument)
    }
    /// A bound TEXT or NULL.
    public mutating func appendInterpolation(_ value: String?) {
      appendInterpolation(value.map { Argument.text($0) } ?? .null)
    }
    /// A bound INTEGER or NULL.
    public mutating func appendInterpolation(_ value: Int64?) {
      appendInterpolation(value.map { Argument.integer($0) } ?? .null)
    }
    /// A bound INTEGER.
    public mutating func appendInterpolation(_ value: Int) {
      appendInterpolation(.integer(Int64(value)))
    }
    /// A bound 0 or 1.
    public mutating func appendInterpolation(_ value: Bool) {
      appendInterpolation(.integer(value ? 1 : 0))
    }
    /// A bound REAL or NULL.
    public mutating func appendInterpolation(_ value: Double?) {
      appendInterpolation(value.map { Argument.real($0) } ?? .null)
    }
    /// A bound BLOB or NULL.
    public mutating func appendInterpolation(_ value: [UInt8]?) {
      appendInterpolation(value.map { Argument.blob($0) } ?? .null)
    }
    /// A bound list for `IN`: `(?, ?, ?)`.
    public mutating func appendInterpolation(list: [String]) {
      text += "("
      for (index, value) in list.enumerated() {
        if index > 0 { text += "," }
        appendInterpolation(value)
      }
      text += ")"
    }
    /// SQL of our own, with its arguments.
    public mutating func appendInterpolation(_ fragment: SQL) {
      text += fragment.text
      arguments += fragment.arguments
    }
  }
}
