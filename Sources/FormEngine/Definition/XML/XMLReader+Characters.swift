// What is checked before anything is read: that the file is UTF-8 and says so,
// and that every character is one XML allows (XML 1.0 §2.2).

extension XMLReader {
  func checkCharacters() throws(FormFault) {
    if bytes.starts(with: [0xFE, 0xFF]) || bytes.starts(with: [0xFF, 0xFE]) {
      throw fault(.invalidUTF8, line: 1, "UTF-16")
    }
    guard String(validating: bytes, as: UTF8.self) != nil else { throw notUTF8() }
    for (place, byte) in bytes.enumerated() {
      if byte < 0x20 {
        guard Self.isSpace(byte) else { throw forbidden(place) }
      } else if byte == 0xEF, bytes[place + 1] == 0xBF, bytes[place + 2] >= 0xBE {
        throw forbidden(place)
      }
    }
  }

  private func notUTF8() -> FormFault {
    var line = 1
    for piece in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
      if String(validating: piece, as: UTF8.self) == nil {
        return fault(.invalidUTF8, line: line, String(decoding: piece.prefix(80), as: UTF8.self))
      }
      line += 1
    }
    return fault(.invalidUTF8, line: 0, "")
  }

  private func forbidden(_ place: Int) -> FormFault {
    let line = 1 + bytes[..<place].count { $0 == 0x0A }
    let code = bytes[place] < 0x20 ? String(bytes[place], radix: 16) : "ffff"
    return fault(
      .malformedXML, line: line, "U+" + String(repeating: "0", count: 4 - code.count) + code)
  }

  /// `<?xml version="1.0" encoding="UTF-8"?>`, when there is one.
  mutating func readDeclaration() throws(FormFault) {
    guard at("<?xml"), index + 5 < bytes.count, Self.isSpace(bytes[index + 5]) else { return }
    let start = index
    index += 5
    var encoding = "utf-8"
    while skipSpace(), !at("?>") {
      let name = word(try name())
      skipSpace()
      guard at("=") else { throw malformed(rest()) }
      index += 1
      skipSpace()
      let value = try attributeValue()
      switch name {
      case "version": if !value.hasPrefix("1.") { throw malformed(value) }
      case "encoding": encoding = value.lowercased()
      case "standalone": break
      default: throw malformed(name)
      }
    }
    guard ["utf-8", "utf8", "us-ascii"].contains(encoding) else {
      index = start
      throw fault(.invalidUTF8, encoding)
    }
    guard at("?>") else { throw malformed(rest()) }
    index += 2
  }
}
