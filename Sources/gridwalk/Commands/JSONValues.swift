import Domain

// Short ways to write what --json prints; what there is none of is null.

extension FieldValue {
  /// A text, or null.
  static func words(_ text: String?) -> FieldValue {
    guard let text else { return .null }
    return .text(text)
  }

  /// A whole number, or null.
  static func number(_ number: Int64?) -> FieldValue {
    guard let number else { return .null }
    return .integer(number)
  }

  /// A number of things.
  static func count(_ number: Int) -> FieldValue { .integer(Int64(number)) }

  /// Texts in order.
  static func texts(_ texts: [String]) -> FieldValue { .array(texts.map(FieldValue.text)) }
}
