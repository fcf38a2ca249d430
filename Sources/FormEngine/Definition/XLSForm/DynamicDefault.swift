// Whether a default is a value or an expression. pyxform decides by the kinds of
// words in it: an operator, a function call or a reference makes an expression;
// a minus makes none in a date or a place. `5-3` is the number 5 and the number -3
// to it, so a value; its order of trying kinds of words is kept here.

struct DynamicDefault {
  private let scalars: [Unicode.Scalar]
  private var index = 0

  private enum Word {
    case minus, operation, union, reference, call, other
  }

  static func isExpression(_ text: String, type: String) -> Bool {
    var words = DynamicDefault(scalars: Array(text.unicodeScalars))
    let hasHyphens = ["date", "dateTime", "geopoint", "geotrace", "geoshape"].contains(type)
    while let word = words.next() {
      switch word {
      case .minus: return !hasHyphens
      case .operation, .union, .reference, .call: return true
      case .other: continue
      }
    }
    return false
  }

  private mutating func next() -> Word? {
    guard index < scalars.count else { return nil }
    if let length = date() ?? time() ?? number() { return take(length, .other) }
    if let length = named(" mod ") ?? named(" div ") { return take(length, .operation) }
    switch scalars[index] {
    case "-": return take(1, .minus)
    case "*", "+": return take(1, .operation)
    case "|": return take(1, .union)
    case "'", "\"":
      let rest = scalars[(index + 1)...]
      guard let end = rest.firstIndex(of: scalars[index]) else { return take(1, .other) }
      return take(end + 1 - index, .other)
    case "$":
      return reference().map { take($0, .reference) } ?? take(1, .other)
    default:
      guard let length = name() else { return take(1, .other) }
      return peek(length) == "(" ? take(length + 1, .call) : take(length, .other)
    }
  }

  private mutating func take(_ count: Int, _ word: Word) -> Word {
    index += count
    return word
  }

  private func peek(_ offset: Int) -> Unicode.Scalar? {
    index + offset < scalars.count ? scalars[index + offset] : nil
  }

  private func isDigit(_ offset: Int) -> Bool {
    peek(offset).map { ("0"..."9").contains($0) } ?? false
  }

  /// Digits where the pattern has `0`, itself elsewhere.
  private func matches(_ pattern: String, at offset: Int) -> Bool {
    for (step, scalar) in pattern.unicodeScalars.enumerated() {
      guard scalar == "0" ? isDigit(offset + step) : peek(offset + step) == scalar else {
        return false
      }
    }
    return true
  }

  private func date() -> Int? {
    let sign = peek(0) == "-" ? 1 : 0
    guard matches("0000-00-00", at: sign) else { return nil }
    let length = sign + 10
    return peek(length) == "T" && matches("00:00:00", at: length + 1) ? length + 9 : length
  }

  private func time() -> Int? { matches("00:00:00", at: 0) ? 8 : nil }

  private func number() -> Int? {
    var length = peek(0) == "-" ? 1 : 0
    let start = length
    while isDigit(length) { length += 1 }
    let hasWhole = length > start
    guard peek(length) == "." else { return hasWhole ? length : nil }
    guard hasWhole || isDigit(length + 1) else { return nil }
    length += 1
    while isDigit(length) { length += 1 }
    return length
  }

  private func named(_ word: String) -> Int? {
    matches(word, at: 0) ? word.unicodeScalars.count : nil
  }

  private func reference() -> Int? {
    guard peek(1) == "{", let close = scalars[index...].firstIndex(of: "}") else { return nil }
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars[index...close])
    return References.only(String(text)) == nil ? nil : close + 1 - index
  }

  /// A name, with a prefix or without.
  private func name() -> Int? {
    guard var length = plainName(0) else { return nil }
    if peek(length) == ":", let more = plainName(length + 1) { length += 1 + more }
    return length
  }

  private func plainName(_ offset: Int) -> Int? {
    guard let first = peek(offset), XMLName.isValid(String(first)) else { return nil }
    var length = 1
    while let scalar = peek(offset + length), XMLName.isValid("a" + String(scalar)) {
      length += 1
    }
    return length
  }
}
