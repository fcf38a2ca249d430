// How numbers look as strings (XPath 1.0 §4.2): digits with an optional
// fraction, never an exponent.

enum NumberText {
  static func string(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
    // Differences this small are what is left over from binary fractions (as JavaRosa).
    if abs(value) < 1.0e-12 { return "0" }
    if let whole = Int64(exactly: value.rounded(.towardZero)), abs(value - Double(whole)) < 1.0e-12
    {
      return String(whole)
    }
    return withoutExponent("\(value)")
  }

  private static func withoutExponent(_ text: String) -> String {
    guard let mark = text.firstIndex(of: "e"),
      let exponent = Int(text[text.index(after: mark)...])
    else { return text.hasSuffix(".0") ? String(text.dropLast(2)) : text }
    var mantissa = text[..<mark]
    let sign = mantissa.hasPrefix("-") ? "-" : ""
    if !sign.isEmpty { mantissa = mantissa.dropFirst() }
    let pieces = mantissa.split(separator: ".", omittingEmptySubsequences: false)
    let fraction = pieces.count > 1 && pieces[1] != "0" ? String(pieces[1]) : ""
    let digits = pieces[0] + fraction
    let point = pieces[0].count + exponent
    if point <= 0 { return sign + "0." + String(repeating: "0", count: -point) + digits }
    if point >= digits.count {
      return sign + digits + String(repeating: "0", count: point - digits.count)
    }
    return sign + digits.prefix(point) + "." + digits.dropFirst(point)
  }

  /// The number that plain digits are: what most texts are that are asked for a number.
  private static func whole(_ text: String) -> Double? {
    // Fifteen digits are exact in a double.
    guard (1...15).contains(text.utf8.count) else { return nil }
    var value = 0
    for byte in text.utf8 {
      guard (0x30...0x39).contains(byte) else { return nil }
      value = value * 10 + Int(byte - 0x30)
    }
    return Double(value)
  }

  /// A string as a number (XPath 1.0 §4.4): digits, a point, a minus; anything else is NaN.
  /// A comma counts as a point, as in JavaRosa.
  static func number(_ text: String) -> Double {
    if let whole = whole(text) { return whole }
    var cleaned: [UInt8] = []
    var seenDigit = false
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        seenDigit = true
        cleaned.append(byte)
      case UInt8(ascii: "-"), UInt8(ascii: "."): cleaned.append(byte)
      case UInt8(ascii: ","): cleaned.append(UInt8(ascii: "."))
      case 0x00...0x20: cleaned.append(0x20)
      default: return .nan
      }
    }
    guard seenDigit else { return .nan }
    while cleaned.last == 0x20 { cleaned.removeLast() }
    let start = cleaned.firstIndex { $0 != 0x20 } ?? 0
    var digits = String(decoding: cleaned[start...], as: UTF8.self)
    if digits.hasSuffix(".") { digits += "0" }
    if digits.hasPrefix(".") { digits = "0" + digits }
    if digits.hasPrefix("-.") { digits = "-0" + digits.dropFirst() }
    return Double(digits) ?? .nan
  }
}
