// Splits an expression into tokens. Whether `*`, `and`, `div` … are operators
// depends on the token before them (XPath 1.0 §3.7).

struct Lexer {
  private let source: [UInt8]
  private var index = 0
  private var previousIsOperand = false

  /// The longest expression that is read, in UTF-8 bytes.
  static let byteLimit = 100_000

  init(_ text: String) {
    source = Array(text.utf8)
  }

  static func tokens(of text: String) throws(ExpressionFault) -> [Token] {
    var lexer = Lexer(text)
    guard lexer.source.count <= byteLimit else {
      throw ExpressionFault(code: .syntax, detail: "\(lexer.source.count) > \(byteLimit)")
    }
    var tokens: [Token] = []
    while let token = try lexer.next() { tokens.append(token) }
    tokens.append(.end)
    return tokens
  }

  private mutating func next() throws(ExpressionFault) -> Token? {
    while index < source.count, Self.isSpace(source[index]) { index += 1 }
    guard index < source.count else { return nil }
    let token = try scan()
    previousIsOperand = Self.isOperand(token)
    return token
  }

  private mutating func scan() throws(ExpressionFault) -> Token {
    let byte = source[index]
    switch byte {
    case UInt8(ascii: "'"), UInt8(ascii: "\""): return try literal(closing: byte)
    case UInt8(ascii: "$"): return try reference()
    case UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    case UInt8(ascii: "."):
      if let digit = peek(1), Self.isDigit(digit) { return try number() }
      return peek(1) == byte ? take(2, .symbol(.dotDot)) : take(1, .symbol(.dot))
    case UInt8(ascii: "("): return take(1, .symbol(.leftParenthesis))
    case UInt8(ascii: ")"): return take(1, .symbol(.rightParenthesis))
    case UInt8(ascii: "["): return take(1, .symbol(.leftBracket))
    case UInt8(ascii: "]"): return take(1, .symbol(.rightBracket))
    case UInt8(ascii: ","): return take(1, .symbol(.comma))
    case UInt8(ascii: "@"): return take(1, .symbol(.at))
    case UInt8(ascii: "|"): return take(1, .symbol(.union))
    case UInt8(ascii: "+"): return take(1, .operation(.add))
    case UInt8(ascii: "-"): return take(1, .operation(.subtract))
    case UInt8(ascii: "="): return take(1, .operation(.equal))
    case UInt8(ascii: "/"):
      return peek(1) == byte ? take(2, .symbol(.doubleSlash)) : take(1, .symbol(.slash))
    case UInt8(ascii: "*"):
      return take(1, previousIsOperand ? .operation(.multiply) : .symbol(.star))
    case UInt8(ascii: "<"):
      return peek(1) == UInt8(ascii: "=")
        ? take(2, .operation(.lessOrEqual)) : take(1, .operation(.less))
    case UInt8(ascii: ">"):
      return peek(1) == UInt8(ascii: "=")
        ? take(2, .operation(.greaterOrEqual)) : take(1, .operation(.greater))
    case UInt8(ascii: "!") where peek(1) == UInt8(ascii: "="):
      return take(2, .operation(.notEqual))
    case UInt8(ascii: ":") where peek(1) == byte: return take(2, .symbol(.axis))
    default: return try word()
    }
  }

  private mutating func word() throws(ExpressionFault) -> Token {
    if previousIsOperand {
      // JavaRosa takes `3 mod2` too; so does XPath's "longest operator name" reading here.
      for (name, operation) in Self.namedOperators where matches(name) {
        return take(name.count, .operation(operation))
      }
      throw fault()
    }
    let start = index
    guard scanName() else { throw fault() }
    if peek(0) == UInt8(ascii: ":"), let after = peek(1), Self.isNameStart(after) {
      index += 1
      _ = scanName()
    }
    return .name(String(decoding: source[start..<index], as: UTF8.self))
  }

  private mutating func scanName() -> Bool {
    guard let first = peek(0), Self.isNameStart(first) else { return false }
    while let byte = peek(0), Self.isNamePart(byte) { index += 1 }
    return true
  }

  private mutating func literal(closing quote: UInt8) throws(ExpressionFault) -> Token {
    guard let end = source[(index + 1)...].firstIndex(of: quote) else { throw fault() }
    let text = String(decoding: source[(index + 1)..<end], as: UTF8.self)
    index = end + 1
    return .literal(text)
  }

  private mutating func reference() throws(ExpressionFault) -> Token {
    guard peek(1) == UInt8(ascii: "{"),
      let end = source[index...].firstIndex(of: UInt8(ascii: "}"))
    else { throw fault() }
    let name = String(decoding: source[(index + 2)..<end], as: UTF8.self)
    guard XMLName.isValid(Path.lastSaved(name) ?? name) else { throw fault() }
    index = end + 1
    return .reference(name)
  }

  private mutating func number() throws(ExpressionFault) -> Token {
    let start = index
    var seenPoint = false
    while let byte = peek(0), Self.isDigit(byte) || (byte == UInt8(ascii: ".") && !seenPoint) {
      seenPoint = seenPoint || byte == UInt8(ascii: ".")
      index += 1
    }
    var text = String(decoding: source[start..<index], as: UTF8.self)
    if text.hasSuffix(".") { text += "0" }
    guard let value = Double(text) else { throw fault() }
    return .number(value)
  }

  private mutating func take(_ count: Int, _ token: Token) -> Token {
    index += count
    return token
  }

  private func peek(_ offset: Int) -> UInt8? {
    index + offset < source.count ? source[index + offset] : nil
  }

  private func matches(_ name: [UInt8]) -> Bool {
    source[index...].starts(with: name)
  }

  private func fault() -> ExpressionFault {
    ExpressionFault(
      code: .syntax, detail: String(decoding: source[index...].prefix(40), as: UTF8.self))
  }

  private static let namedOperators: [([UInt8], Operator)] = [
    (Array("and".utf8), .and), (Array("or".utf8), .or), (Array("div".utf8), .divide),
    (Array("mod".utf8), .modulo),
  ]

  private static func isOperand(_ token: Token) -> Bool {
    switch token {
    case .number, .literal, .name, .reference: true
    case .symbol(let symbol):
      switch symbol {
      case .rightParenthesis, .rightBracket, .dot, .dotDot, .star: true
      default: false
      }
    case .operation, .end: false
    }
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || (0x09...0x0D).contains(byte)
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  /// Bytes past ASCII are parts of names: a form may name its questions in Chinese.
  private static func isNameStart(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
      || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
      || byte == UInt8(ascii: "_") || byte >= 0x80
  }

  private static func isNamePart(_ byte: UInt8) -> Bool {
    isNameStart(byte) || isDigit(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
  }
}

/// The names XML allows for elements, as far as forms use them.
enum XMLName {
  static func isValid(_ name: String) -> Bool {
    guard let first = name.unicodeScalars.first, isStart(first) else { return false }
    return name.unicodeScalars.dropFirst().allSatisfy { isStart($0) || isExtra($0) }
  }

  // XML 1.0 (fifth edition) §2.3, without the colon.
  private static func isStart(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x41...0x5A, 0x5F, 0x61...0x7A, 0xC0...0xD6, 0xD8...0xF6, 0xF8...0x2FF, 0x370...0x37D,
      0x37F...0x1FFF, 0x200C...0x200D, 0x2070...0x218F, 0x2C00...0x2FEF, 0x3001...0xD7FF,
      0xF900...0xFDCF, 0xFDF0...0xFFFD, 0x10000...0xEFFFF:
      true
    default: false
    }
  }

  private static func isExtra(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x2D, 0x2E, 0x30...0x39, 0xB7, 0x300...0x36F, 0x203F...0x2040: true
    default: false
    }
  }
}
