/// Byte classes of RFC 9110 §5.6 and comparisons without case.
enum Ascii {
  static let carriageReturn = UInt8(ascii: "\r")
  static let lineFeed = UInt8(ascii: "\n")
  static let space = UInt8(ascii: " ")
  static let tab = UInt8(ascii: "\t")

  // Bit n of the two words is byte n: DIGIT ALPHA and !#$%&'*+-.^_`|~
  private static let lowTokenBits: UInt64 = 0x03FF_6CFA_0000_0000
  private static let highTokenBits: UInt64 = 0x57FF_FFFF_C7FF_FFFE

  /// tchar of RFC 9110 §5.6.2.
  @inline(__always)
  static func isToken(_ byte: UInt8) -> Bool {
    if byte < 64 { return lowTokenBits >> UInt64(byte) & 1 == 1 }
    return byte < 128 && highTokenBits >> UInt64(byte - 64) & 1 == 1
  }

  /// A byte that may stand in a field value: HTAB, SP, VCHAR, obs-text (RFC 9110 §5.5).
  @inline(__always)
  static func isFieldContent(_ byte: UInt8) -> Bool {
    byte == tab || (byte >= 0x20 && byte != 0x7F)
  }

  /// A byte of uri-host [":" port] (RFC 9110 §7.2): no user, path, list or blank.
  static func isAuthority(_ byte: UInt8) -> Bool {
    isToken(byte) || byte == UInt8(ascii: ":") || byte == UInt8(ascii: "[")
      || byte == UInt8(ascii: "]")
  }

  @inline(__always)
  static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

  @inline(__always)
  static func hexValue(_ byte: UInt8) -> UInt8? {
    if byte &- 0x30 < 10 { return byte - 0x30 }
    let letter = byte | 0x20
    return letter &- 0x61 < 6 ? letter - 0x61 + 10 : nil
  }

  @inline(__always)
  static func lower(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }

  static func equalIgnoringCase(_ left: String, _ right: String) -> Bool {
    left.utf8.count == right.utf8.count
      && left.utf8.elementsEqual(right.utf8) { lower($0) == lower($1) }
  }

  static func equalIgnoringCase(_ left: Substring.UTF8View, _ right: String) -> Bool {
    left.elementsEqual(right.utf8) { lower($0) == lower($1) }
  }

  /// Without blanks at both ends (OWS of RFC 9110 §5.6.3).
  static func trimmed(_ text: Substring.UTF8View) -> Substring.UTF8View {
    var text = text
    while let byte = text.first, byte == space || byte == tab { text.removeFirst() }
    while let byte = text.last, byte == space || byte == tab { text.removeLast() }
    return text
  }

  /// UTF-8 where it is valid, else each byte as one Latin-1 character, so nothing is lost.
  static func text(_ bytes: UnsafeRawBufferPointer) -> String {
    String(validating: bytes, as: UTF8.self)
      ?? String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
  }

  /// DIGIT+ up to 18 digits (so it cannot overflow); nil for signs, blanks or anything else.
  static func decimal(_ text: Substring.UTF8View) -> Int64? {
    guard (1...18).contains(text.count), text.allSatisfy(isDigit) else { return nil }
    return text.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
  }
}
