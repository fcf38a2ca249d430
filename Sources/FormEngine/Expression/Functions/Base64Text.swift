// Base64 (RFC 4648 §4) as digest() writes it and base64-decode() reads it. The
// reader is as forgiving as JavaRosa's: what is no Base64 character is passed
// over, so that text broken into lines still decodes.

enum Base64Text {
  private static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  private static let padding = UInt8(ascii: "=")

  static func encode(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      var word: UInt32 = 0
      for place in 0..<3 {
        word = word << 8 | UInt32(place < group.count ? group[start + place] : 0)
      }
      for place in 0..<4 {
        let isRest = place > group.count
        text.append(isRest ? padding : alphabet[Int(word >> UInt32(18 - 6 * place) & 63)])
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// What `base64-decode(text)` is: the bytes read as UTF-8, with U+FFFD for what is
  /// none; empty when the Base64 characters do not come in fours.
  static func decode(_ text: String) -> String {
    bytes(text).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  /// The bytes; nil when the Base64 characters do not come in fours.
  static func bytes(_ text: String) -> [UInt8]? {
    let values = text.utf8.compactMap { value(of: $0) }
    guard values.count.isMultiple(of: 4) else { return nil }
    var bytes: [UInt8] = []
    for start in stride(from: 0, to: values.count, by: 4) {
      let word = values[start..<start + 4].reduce(UInt32(0)) { $0 << 6 | UInt32($1) }
      bytes += [UInt8(word >> 16 & 255), UInt8(word >> 8 & 255), UInt8(word & 255)]
    }
    let rest = text.utf8.reversed().prefix { $0 == padding || value(of: $0) == nil }
    bytes.removeLast(min(bytes.count, rest.count { $0 == padding }))
    return bytes
  }

  private static func value(of byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte - UInt8(ascii: "A")
    case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - UInt8(ascii: "a") + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0") + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    case padding: 0
    default: nil
    }
  }
}
