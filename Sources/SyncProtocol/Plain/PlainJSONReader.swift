import Domain

/// The text is not plain JSON: the general decoder has to look at it.
public struct Unplain: Error {
  /// The reason is for the general decoder to find.
  public init() {}
}

/// A value that can be read from plain JSON without the general decoder.
public protocol PlainJSONReadable: Decodable {
  /// Reads the value.
  ///
  /// - Throws: `Unplain` for whatever is not read here; the general decoder then
  ///   decides.
  init(plain json: inout PlainJSONReader) throws(Unplain)
}

/// Reads the JSON that handhelds write, some twenty times as fast as the general
/// decoder.
///
/// Two readers must not differ on what a line says, so this one takes only what
/// can be read in one way: texts without `\u`, whole numbers of up to 18 digits,
/// decimals of up to 15, every member once. Everything else, faults included, is
/// `Unplain` and goes to the general decoder; what is read here reads the same
/// there (`PlainJSONTests`).
public struct PlainJSONReader {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var at = 0
  private var depth = 0

  /// Reads one whole text.
  static func read<T: PlainJSONReadable>(_ type: T.Type, _ bytes: [UInt8]) throws(Unplain) -> T {
    let result = bytes.withUnsafeBufferPointer { buffer in
      Result { () throws(Unplain) in
        var reader = PlainJSONReader(bytes: buffer)
        let value = try T(plain: &reader)
        reader.skipBlank()
        if reader.at < buffer.count { throw Unplain() }
        return value
      }
    }
    return try result.get()
  }

  private init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  // MARK: - Structure

  /// A member's name as it is written.
  public struct Name {
    fileprivate let bytes: UnsafeBufferPointer<UInt8>

    /// The name as a text.
    func text() throws(Unplain) -> String {
      guard let text = String(validating: bytes, as: UTF8.self) else { throw Unplain() }
      return text
    }

    /// Whether it is this name.
    public static func ~= (pattern: StaticString, name: Name) -> Bool {
      pattern.utf8CodeUnitCount == name.bytes.count
        && name.bytes.elementsEqual(
          UnsafeBufferPointer(start: pattern.utf8Start, count: pattern.utf8CodeUnitCount))
    }
  }

  /// Which members came already.
  public struct Members {
    private var seen: UInt32 = 0
    /// None.
    public init() {}

    /// The value of a member that has not come before; members are told apart by
    /// their numbers, below 32.
    public mutating func once<T>(_ number: UInt32, _ value: T) throws(Unplain) -> T {
      if seen & 1 << number != 0 { throw Unplain() }
      seen |= 1 << number
      return value
    }
  }

  /// Reads an object; `member` reads the value of each name.
  public mutating func object(
    _ member: (_ name: Name, _ json: inout PlainJSONReader) throws(Unplain) -> Void
  ) throws(Unplain) {
    try open(UInt8(ascii: "{"))
    if take(UInt8(ascii: "}")) { return depth -= 1 }
    repeat {
      let name = Name(bytes: try plainText())
      try demand(UInt8(ascii: ":"))
      try member(name, &self)
    } while take(UInt8(ascii: ","))
    try demand(UInt8(ascii: "}"))
    depth -= 1
  }

  /// Reads an array; `element` reads each value.
  public mutating func array(
    _ element: (_ json: inout PlainJSONReader) throws(Unplain) -> Void
  ) throws(Unplain) {
    try open(UInt8(ascii: "["))
    if take(UInt8(ascii: "]")) { return depth -= 1 }
    repeat { try element(&self) } while take(UInt8(ascii: ","))
    try demand(UInt8(ascii: "]"))
    depth -= 1
  }

  private mutating func open(_ bracket: UInt8) throws(Unplain) {
    try demand(bracket)
    depth += 1
    if depth > Limits.nesting { throw Unplain() }
  }

  private mutating func skipBlank() {
    while at < bytes.count, isBlank(bytes[at]) { at += 1 }
  }

  private func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    skipBlank()
    guard at < bytes.count, bytes[at] == byte else { return false }
    at += 1
    return true
  }

  private mutating func demand(_ byte: UInt8) throws(Unplain) {
    if !take(byte) { throw Unplain() }
  }

  private mutating func takes(_ word: StaticString) -> Bool {
    let count = word.utf8CodeUnitCount
    guard at + count <= bytes.count else { return false }
    let there = UnsafeBufferPointer(rebasing: bytes[at..<at + count])
    guard word ~= Name(bytes: there) else { return false }
    at += count
    return true
  }

  // MARK: - Scalars

  /// Reads `null` when it is next.
  public mutating func null() -> Bool {
    skipBlank()
    return takes("null")
  }

  /// Reads `true` or `false`.
  public mutating func bool() throws(Unplain) -> Bool {
    skipBlank()
    if takes("true") { return true }
    if takes("false") { return false }
    throw Unplain()
  }

  /// Reads a whole number.
  public mutating func integer() throws(Unplain) -> Int64 {
    guard case .integer(let value) = try number() else { throw Unplain() }
    return value
  }

  /// Reads a number as a decimal.
  public mutating func decimal() throws(Unplain) -> Double {
    switch try number() {
    // Larger ones are not exact; the general decoder may round otherwise.
    case .integer(let value) where value.magnitude < 1 << 53: Double(value)
    case .decimal(let value): value
    default: throw Unplain()
    }
  }

  private static let powers: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
  ]

  private mutating func number() throws(Unplain) -> FieldValue {
    skipBlank()
    let isNegative = at < bytes.count && bytes[at] == UInt8(ascii: "-")
    if isNegative { at += 1 }
    var digits = 0
    let start = at
    var mantissa = takeDigits(&digits)
    // No digit, a leading zero, or more than 64 bits are sure to hold.
    guard digits > 0, digits <= 18, digits == 1 || bytes[start] != UInt8(ascii: "0") else {
      throw Unplain()
    }
    let whole = digits
    if at < bytes.count, bytes[at] == UInt8(ascii: ".") {
      at += 1
      mantissa = takeDigits(&digits, onto: mantissa)
      // Both numbers are exact, so their quotient is rounded right.
      guard digits > whole, digits <= 15 else { throw Unplain() }
      let value = Double(mantissa) / Self.powers[digits - whole]
      // A decimal that is whole may be taken for an integer.
      guard !isExponent, value != value.rounded() else { throw Unplain() }
      return .decimal(isNegative ? -value : value)
    }
    guard !isExponent, !(isNegative && mantissa == 0) else { throw Unplain() }
    return .integer(isNegative ? -mantissa : mantissa)
  }

  private var isExponent: Bool { at < bytes.count && bytes[at] | 0x20 == UInt8(ascii: "e") }

  private mutating func takeDigits(_ count: inout Int, onto start: Int64 = 0) -> Int64 {
    var value = start
    while at < bytes.count, bytes[at] &- 0x30 < 10, count < 19 {
      value = value &* 10 &+ Int64(bytes[at] &- 0x30)
      count += 1
      at += 1
    }
    return value
  }

  /// Reads a text.
  public mutating func text() throws(Unplain) -> String {
    if let plain = try unescaped() {
      guard let text = String(validating: plain, as: UTF8.self) else { throw Unplain() }
      return text
    }
    guard let text = String(validating: try escapedText(), as: UTF8.self) else { throw Unplain() }
    return text
  }

  /// The bytes of a text without escapes.
  public mutating func plainText() throws(Unplain) -> UnsafeBufferPointer<UInt8> {
    try demanded(unescaped())
  }

  /// The bytes of a text without escapes; nil, and nothing is read, when it has some.
  private mutating func unescaped() throws(Unplain) -> UnsafeBufferPointer<UInt8>? {
    try demand(UInt8(ascii: "\""))
    let start = at
    while at < bytes.count, bytes[at] >= 0x20 {
      if bytes[at] == UInt8(ascii: "\"") {
        at += 1
        return UnsafeBufferPointer(rebasing: bytes[start..<at - 1])
      }
      if bytes[at] == UInt8(ascii: "\\") {
        at = start - 1
        return nil
      }
      at += 1
    }
    throw Unplain()
  }

  private mutating func escapedText() throws(Unplain) -> [UInt8] {
    try demand(UInt8(ascii: "\""))
    var text: [UInt8] = []
    while at < bytes.count {
      let byte = bytes[at]
      at += 1
      switch byte {
      case UInt8(ascii: "\""): return text
      case UInt8(ascii: "\\"): text.append(try escaped())
      case 0..<0x20: throw Unplain()
      default: text.append(byte)
      }
    }
    throw Unplain()
  }

  private mutating func escaped() throws(Unplain) -> UInt8 {
    guard at < bytes.count else { throw Unplain() }
    let byte = bytes[at]
    at += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return byte
    case UInt8(ascii: "n"): return 0x0a
    case UInt8(ascii: "r"): return 0x0d
    case UInt8(ascii: "t"): return 0x09
    case UInt8(ascii: "b"): return 0x08
    case UInt8(ascii: "f"): return 0x0c
    default: throw Unplain()
    }
  }

  // MARK: - Values of the protocol

  /// Reads any value.
  public mutating func value() throws(Unplain) -> FieldValue {
    skipBlank()
    guard at < bytes.count else { throw Unplain() }
    switch bytes[at] {
    case UInt8(ascii: "\""): return .text(try text())
    case UInt8(ascii: "{"): return .object(try [String: FieldValue](plain: &self))
    case UInt8(ascii: "["): return .array(try [FieldValue](plain: &self))
    case UInt8(ascii: "n"): return null() ? .null : try none()
    case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool(try bool())
    default: return try number()
    }
  }

  private func none() throws(Unplain) -> FieldValue { throw Unplain() }

  /// Reads an identifier.
  public mutating func id() throws(Unplain) -> UniqueID {
    guard let id = UniqueID(utf8: try plainText()) else { throw Unplain() }
    return id
  }

  /// Reads a digest.
  public mutating func digest() throws(Unplain) -> Digest {
    guard let digest = Digest(hexadecimal: try plainText()) else { throw Unplain() }
    return digest
  }

  /// Reads one of a set of names.
  public mutating func choice<T: RawRepresentable<String>>(_ type: T.Type) throws(Unplain) -> T {
    guard let value = T(rawValue: try text()) else { throw Unplain() }
    return value
  }
}

/// The value, which must be there.
func demanded<T>(_ value: T?) throws(Unplain) -> T {
  guard let value else { throw Unplain() }
  return value
}
