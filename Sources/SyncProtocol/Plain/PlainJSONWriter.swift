import Domain

/// A value that can be written as JSON without the general encoder.
public protocol PlainJSONWritable: Encodable {
  /// Writes the value as the general encoder would, byte for byte.
  ///
  /// - Throws: `Unplain` for whatever is not written here; the general encoder then
  ///   writes it.
  func write(plain json: inout PlainJSONWriter) throws(Unplain)
}

/// Writes JSON as `WireJSON` has it: members in order of their names, slashes bare,
/// no white space. Whoever writes an object names its members in that order.
public struct PlainJSONWriter {
  private(set) var bytes: [UInt8] = []
  private var isAfterValue = false

  /// Writes an object or, between other brackets, an array.
  public mutating func brackets(
    _ open: UInt8 = UInt8(ascii: "{"), _ close: UInt8 = UInt8(ascii: "}"),
    _ body: (inout PlainJSONWriter) throws(Unplain) -> Void
  ) throws(Unplain) {
    begin()
    bytes.append(open)
    isAfterValue = false
    try body(&self)
    bytes.append(close)
    isAfterValue = true
  }

  /// Writes a member's name; its value follows.
  public mutating func name(_ name: String) {
    text(name)
    bytes.append(UInt8(ascii: ":"))
    isAfterValue = false
  }

  /// Writes a member.
  public mutating func member(_ name: String, _ value: String?) {
    guard let value else { return }
    self.name(name)
    text(value)
  }

  /// Writes a member.
  public mutating func member(_ name: String, _ value: Int64?) {
    guard let value else { return }
    self.name(name)
    integer(value)
  }

  /// Writes a member.
  public mutating func member(_ name: String, _ value: Bool?) {
    guard let value else { return }
    self.name(name)
    word(value ? "true" : "false")
  }

  /// Writes a member.
  public mutating func member(
    _ name: String, _ value: (some PlainJSONWritable)?
  ) throws(Unplain) {
    guard let value else { return }
    self.name(name)
    try value.write(plain: &self)
  }

  /// Writes a whole number.
  public mutating func integer(_ value: Int64) {
    begin()
    var digits: (UInt64, UInt64, UInt32) = (0, 0, 0)
    var rest = value.magnitude
    withUnsafeMutableBytes(of: &digits) { digits in
      var start = digits.count
      repeat {
        start -= 1
        digits[start] = UInt8(truncatingIfNeeded: rest % 10) + 0x30
        rest /= 10
      } while rest > 0
      if value < 0 { bytes.append(UInt8(ascii: "-")) }
      bytes.append(contentsOf: digits[start...])
    }
  }

  /// Writes a decimal number.
  public mutating func decimal(_ value: Double) throws(Unplain) {
    // Whole ones are written without a fraction.
    if value == value.rounded(), value.magnitude < 0x1p53, value.sign == .plus || value != 0 {
      return integer(Int64(value))
    }
    let text = value.description
    // What Swift writes with an exponent is the general encoder's to spell.
    guard value.isFinite, value != value.rounded(), !text.utf8.contains(UInt8(ascii: "e")) else {
      throw Unplain()
    }
    word(text)
  }

  /// Writes `true`, `false`, `null`, or a number that is a text already.
  public mutating func word(_ text: String) {
    begin()
    bytes.append(contentsOf: text.utf8)
  }

  /// Writes a text.
  public mutating func text(_ text: String) {
    begin()
    bytes.append(UInt8(ascii: "\""))
    var text = text
    text.withUTF8 { utf8 in
      if utf8.allSatisfy({ $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) {
        bytes.append(contentsOf: utf8)
      } else {
        for byte in utf8 { escape(byte) }
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func escape(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""): bytes.append(contentsOf: #"\""#.utf8)
    case UInt8(ascii: "\\"): bytes.append(contentsOf: #"\\"#.utf8)
    case 0x08: bytes.append(contentsOf: #"\b"#.utf8)
    case 0x0c: bytes.append(contentsOf: #"\f"#.utf8)
    case 0x0a: bytes.append(contentsOf: #"\n"#.utf8)
    case 0x0d: bytes.append(contentsOf: #"\r"#.utf8)
    case 0x09: bytes.append(contentsOf: #"\t"#.utf8)
    case 0..<0x20:
      let digits = Array("0123456789abcdef".utf8)
      bytes.append(contentsOf: #"\u00"#.utf8)
      bytes.append(digits[Int(byte >> 4)])
      bytes.append(digits[Int(byte & 15)])
    default: bytes.append(byte)
    }
  }

  private mutating func begin() {
    if isAfterValue { bytes.append(UInt8(ascii: ",")) }
    isAfterValue = true
  }
}
