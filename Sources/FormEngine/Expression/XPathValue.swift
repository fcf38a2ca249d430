// The values of XPath 1.0 plus ODK's dates, and the conversions between them.

/// What an expression evaluates to.
enum XPathValue: Equatable {
  case boolean(Bool)
  case number(Double)
  case string(String)
  /// Milliseconds since 1970 UTC; a date without a time is midnight, local time.
  case date(Int64, hasTime: Bool)
  case nodes([NodeHandle])
}

/// A node in the answers, or an element of a secondary instance.
struct NodeHandle: Equatable {
  /// The secondary instance; -1 for the form's own answers.
  var instance: Int = -1
  /// The node in the arena, or the element in the tree.
  var index: Int
}

/// Why an expression has no value.
public struct EvaluationFault: Error, Sendable, Equatable {
  /// The kind of trouble.
  public enum Code: String, Sendable, Equatable {
    case notADate, dateOutOfRange, unknownDateEscape, invalidPattern, patternFailed
    case notAShape, unknownDigest, notBase64, unknownText
  }

  /// The kind of trouble.
  public let code: Code
  /// The value that could not be used.
  public let detail: String

  /// Makes one.
  public init(code: Code, detail: String) {
    self.code = code
    self.detail = detail
  }
}
