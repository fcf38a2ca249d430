// Text, CDATA sections, attribute values and references: what XML 1.0 §2.11
// (line ends), §3.3.3 (attribute values) and §4.1 (references) ask for.

extension XMLReader {
  /// The text up to the next `<`; nil for the white space outside the root element.
  mutating func text() throws(FormFault) -> ArraySlice<UInt8>? {
    let start = index
    var isPlain = true
    while index < bytes.count, bytes[index] != UInt8(ascii: "<") {
      let byte = bytes[index]
      if byte == UInt8(ascii: "&") || byte == 0x0D { isPlain = false }
      if byte == UInt8(ascii: ">"), index - start >= 2, bytes[index - 1] == UInt8(ascii: "]"),
        bytes[index - 2] == UInt8(ascii: "]")
      {
        throw malformed("]]>")
      }
      index += 1
    }
    let piece = bytes[start..<index]
    guard !open.isEmpty else {
      guard let stray = piece.firstIndex(where: { !Self.isSpace($0) }) else { return nil }
      index = stray
      throw malformed(rest())
    }
    return isPlain ? piece : try resolved(start..<index, inAttribute: false)[...]
  }

  /// A CDATA section's content.
  mutating func characterData() throws(FormFault) -> ArraySlice<UInt8> {
    guard !open.isEmpty else { throw malformed(rest()) }
    let start = index + 9
    try skip(past: "]]>", after: 9)
    let piece = bytes[start..<index - 3]
    return piece.contains(0x0D) ? normalised(piece)[...] : piece
  }

  /// A quoted value, with its white space and references as they are meant.
  mutating func attributeValue() throws(FormFault) -> String {
    guard index < bytes.count,
      bytes[index] == UInt8(ascii: "\"") || bytes[index] == UInt8(ascii: "'")
    else { throw malformed(rest()) }
    let quote = bytes[index]
    let start = index + 1
    index = start
    var isPlain = true
    while index < bytes.count, bytes[index] != quote {
      let byte = bytes[index]
      if byte == UInt8(ascii: "<") { throw malformed(rest()) }
      if byte < 0x20 || byte == UInt8(ascii: "&") { isPlain = false }
      index += 1
    }
    guard index < bytes.count else {
      index = start - 1
      throw malformed(rest())
    }
    let end = index
    index += 1
    if isPlain { return word(start..<end) }
    return String(decoding: try resolved(start..<end, inAttribute: true), as: UTF8.self)
  }

  mutating func skipComment() throws(FormFault) {
    let start = index
    try skip(past: "--", after: 4)
    guard index < bytes.count, bytes[index] == UInt8(ascii: ">") else {
      index = start
      throw malformed(rest())
    }
    index += 1
  }

  /// Goes behind the next such bytes; `after` skips what opened the construct.
  mutating func skip(past mark: StaticString, after opening: Int) throws(FormFault) {
    let start = index
    index += opening
    while index < bytes.count, !at(mark) { index += 1 }
    guard index < bytes.count else {
      index = start
      throw malformed(rest())
    }
    index += mark.utf8CodeUnitCount
  }

  private func normalised(_ piece: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(piece.count)
    for place in piece.indices {
      if piece[place] == 0x0D {
        result.append(0x0A)
      } else if piece[place] != 0x0A || place == piece.startIndex || piece[place - 1] != 0x0D {
        result.append(piece[place])
      }
    }
    return result
  }

  private mutating func resolved(_ range: Range<Int>, inAttribute: Bool) throws(FormFault)
    -> [UInt8]
  {
    var result: [UInt8] = []
    result.reserveCapacity(range.count)
    var place = range.lowerBound
    while place < range.upperBound {
      let byte = bytes[place]
      if byte == UInt8(ascii: "&") {
        place = try reference(place, before: range.upperBound, into: &result)
        continue
      }
      place += 1
      if byte == 0x0D {
        if place < range.upperBound, bytes[place] == 0x0A { place += 1 }
        result.append(inAttribute ? 0x20 : 0x0A)
      } else {
        result.append(inAttribute && byte < 0x20 ? 0x20 : byte)
      }
    }
    return result
  }

  /// Resolves the reference at `place` and returns the place behind it.
  private mutating func reference(_ place: Int, before end: Int, into result: inout [UInt8])
    throws(FormFault) -> Int
  {
    // The longest that means anything is `&#x10FFFF;`, but zeros may lead.
    let limit = min(end, place + 32)
    var semicolon = place + 1
    while semicolon < limit, bytes[semicolon] != UInt8(ascii: ";") { semicolon += 1 }
    guard semicolon < limit else { throw undefined(place..<limit) }
    let name = bytes[place + 1..<semicolon]
    if name.first == UInt8(ascii: "#") {
      guard let scalar = Self.scalar(name.dropFirst()) else {
        throw undefined(place..<semicolon + 1)
      }
      result.append(contentsOf: String(Character(scalar)).utf8)
    } else {
      guard let byte = Self.predefined[word(place + 1..<semicolon)] else {
        throw undefined(place..<semicolon + 1)
      }
      result.append(byte)
    }
    return semicolon + 1
  }

  private mutating func undefined(_ range: Range<Int>) -> FormFault {
    index = range.lowerBound
    return malformed(word(range))
  }

  private static let predefined: [String: UInt8] = [
    "amp": UInt8(ascii: "&"), "lt": UInt8(ascii: "<"), "gt": UInt8(ascii: ">"),
    "quot": UInt8(ascii: "\""), "apos": UInt8(ascii: "'"),
  ]

  private static func scalar(_ digits: ArraySlice<UInt8>) -> Unicode.Scalar? {
    let isHex = digits.first == UInt8(ascii: "x")
    let text = String(decoding: isHex ? digits.dropFirst() : digits, as: UTF8.self)
    guard text.utf8.first != UInt8(ascii: "+"), text.utf8.first != UInt8(ascii: "-"),
      let value = UInt32(text, radix: isHex ? 16 : 10), let scalar = Unicode.Scalar(value)
    else { return nil }
    let isForbidden =
      value < 0x20 && value != 0x09 && value != 0x0A && value != 0x0D || value == 0xFFFE
      || value == 0xFFFF
    return isForbidden ? nil : scalar
  }
}
