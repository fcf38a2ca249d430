// JSON (RFC 8259) read where it lies, for files too large to be turned into
// objects first: the caller walks through members and elements and takes the
// scalars it wants. The bytes are known to be UTF-8.

/// Walks over a JSON text; every fault is on the line it was found.
struct JSONScanner {
  /// How deep arrays and objects may be nested.
  static let depthLimit = 64

  let file: InstanceFile
  private(set) var index: Int
  private var depth = 0

  init(file: InstanceFile, index: Int) {
    self.file = file
    self.index = index
  }

  /// The next byte that is no blank; 0 at the end.
  mutating func peek() -> UInt8 {
    while index < file.bytes.count, isBlank(file.bytes[index]) { index += 1 }
    return index < file.bytes.count ? file.bytes[index] : 0
  }

  /// Goes back to a value that was skipped.
  mutating func move(to index: Int) { self.index = index }

  /// Walks through an object; `member` gets each name and has to read its value.
  mutating func object(
    _ member: (inout JSONScanner, [UInt8]) throws(FormFault) -> Void
  ) throws(FormFault) {
    try list(from: UInt8(ascii: "{"), to: UInt8(ascii: "}")) { (scanner) throws(FormFault) in
      guard scanner.peek() == UInt8(ascii: "\"") else { throw scanner.malformed() }
      let name = try scanner.string()
      guard scanner.peek() == UInt8(ascii: ":") else { throw scanner.malformed() }
      scanner.index += 1
      try member(&scanner, name)
    }
  }

  /// Walks through an array; `element` has to read each value.
  mutating func array(
    _ element: (inout JSONScanner) throws(FormFault) -> Void
  ) throws(FormFault) {
    try list(from: UInt8(ascii: "["), to: UInt8(ascii: "]"), element)
  }

  private mutating func list(
    from open: UInt8, to close: UInt8, _ entry: (inout JSONScanner) throws(FormFault) -> Void
  ) throws(FormFault) {
    guard peek() == open else { throw malformed() }
    index += 1
    depth += 1
    guard depth <= Self.depthLimit else { throw file.fault(.nestedTooDeeply, at: index) }
    if peek() != close {
      while true {
        try entry(&self)
        if peek() == close { break }
        guard peek() == UInt8(ascii: ",") else { throw malformed() }
        index += 1
      }
    }
    index += 1
    depth -= 1
  }

  /// Passes over a value of any kind.
  mutating func skip() throws(FormFault) {
    switch peek() {
    case UInt8(ascii: "{"):
      try object { (scanner, _) throws(FormFault) in try scanner.skip() }
    case UInt8(ascii: "["):
      try array { (scanner) throws(FormFault) in try scanner.skip() }
    default: _ = try scalar()
    }
  }

  /// A string without its quotes, a number or `true` or `false` as written; nil for `null`.
  mutating func scalar() throws(FormFault) -> [UInt8]? {
    switch peek() {
    case UInt8(ascii: "\""): return try string()
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return Array(try number())
    default:
      for word in ["true", "false", "null"] where file.bytes[index...].starts(with: word.utf8) {
        index += word.utf8.count
        return word == "null" ? nil : Array(word.utf8)
      }
      throw malformed()
    }
  }

  /// A number as written (RFC 8259 §6).
  mutating func number() throws(FormFault) -> ArraySlice<UInt8> {
    _ = peek()
    let start = index
    if byte() == UInt8(ascii: "-") { index += 1 }
    let isZero = byte() == UInt8(ascii: "0")
    let whole = digits()
    guard whole == 1 || (whole > 1 && !isZero) else { throw malformed() }
    if byte() == UInt8(ascii: ".") {
      index += 1
      guard digits() > 0 else { throw malformed() }
    }
    if byte() | 0x20 == UInt8(ascii: "e") {
      index += 1
      if byte() == UInt8(ascii: "+") || byte() == UInt8(ascii: "-") { index += 1 }
      guard digits() > 0 else { throw malformed() }
    }
    return file.bytes[start..<index]
  }

  private mutating func digits() -> Int {
    let start = index
    while (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte()) { index += 1 }
    return index - start
  }

  /// A string (RFC 8259 §7) without its quotes and escapes.
  mutating func string() throws(FormFault) -> [UInt8] {
    guard peek() == UInt8(ascii: "\"") else { throw malformed() }
    index += 1
    var text: [UInt8] = []
    while true {
      let start = index
      while byte() >= 0x20, byte() != UInt8(ascii: "\""), byte() != UInt8(ascii: "\\") {
        index += 1
      }
      text.append(contentsOf: file.bytes[start..<index])
      if byte() == UInt8(ascii: "\"") { break }
      guard byte() == UInt8(ascii: "\\") else { throw malformed() }
      index += 1
      try escape(into: &text)
    }
    index += 1
    return text
  }

  private mutating func escape(into text: inout [UInt8]) throws(FormFault) {
    let letter = byte()
    index += 1
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(letter)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"): text.append(contentsOf: String(try escapedScalar()).utf8)
    default: throw malformed()
    }
  }

  /// Behind `\u`: one scalar, of two escapes when they are a surrogate pair; half a
  /// pair is U+FFFD.
  private mutating func escapedScalar() throws(FormFault) -> Character {
    let unit = try hexadecimal()
    var scalar = Unicode.Scalar(unit)
    if (0xD800..<0xDC00).contains(unit), file.bytes[index...].starts(with: #"\u"#.utf8) {
      let behind = index
      index += 2
      let low = try hexadecimal()
      if (0xDC00..<0xE000).contains(low) {
        scalar = Unicode.Scalar(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00))
      } else {
        index = behind
      }
    }
    return Character(scalar ?? "\u{FFFD}")
  }

  private mutating func hexadecimal() throws(FormFault) -> UInt32 {
    let digits = file.bytes[index...].prefix(4)
    guard digits.count == 4, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
      let unit = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw malformed() }
    index += 4
    return unit
  }

  private func byte() -> UInt8 { index < file.bytes.count ? file.bytes[index] : 0 }

  private func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
  }

  /// A fault at the byte that does not belong.
  func malformed() -> FormFault {
    let around = file.bytes[min(index, file.bytes.count)...].prefix(20)
    return file.fault(.invalidJSON, at: index, String(decoding: around, as: UTF8.self))
  }
}
