/// How personal values are shown unless somebody asks for the whole value with
/// a logged reason (standards B8).
public enum Masking {
  /// Fields whose values are masked in every output, and how.
  private static let masks: [String: @Sendable (String) -> String] = [
    "id_number": idNumber,
    "phone": phone,
    "contact_phone": phone,
  ]

  /// The value of a field as it may be shown.
  public static func shown(_ value: FieldValue, of field: String) -> FieldValue {
    // An answer of an older form is as personal under the name it is kept by.
    let name = field.hasPrefix("former_") ? String(field.dropFirst("former_".count)) : field
    guard let mask = masks[name] else { return value }
    switch value {
    case .null, .bool: return value
    case .text(let text): return .text(mask(text))
    // A number typed without quotes is as personal as one with them.
    case .integer, .decimal, .array, .object: return .text(mask(value.plain))
    }
  }

  /// The fields as they may be shown.
  public static func shown(_ fields: [String: FieldValue]) -> [String: FieldValue] {
    var shown: [String: FieldValue] = [:]
    for (name, value) in fields { shown[name] = Self.shown(value, of: name) }
    return shown
  }

  /// `110101********1234`: the first six and the last four of an ID number; a
  /// shorter number shows nothing but its length.
  public static func idNumber(_ text: String) -> String {
    keeping(first: 6, last: 4, of: text)
  }

  /// `138****1234`: the first three and the last four of a phone number.
  public static func phone(_ text: String) -> String {
    keeping(first: 3, last: 4, of: text)
  }

  private static func keeping(first: Int, last: Int, of text: String) -> String {
    guard text.count > first + last else {
      return String(repeating: "*", count: text.count)
    }
    let hidden = String(repeating: "*", count: text.count - first - last)
    return text.prefix(first) + hidden + text.suffix(last)
  }
}
