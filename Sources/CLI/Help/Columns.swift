/// Measures and wraps the catalogue's own sentences.
///
/// Text from records is measured by Terminal, which knows all of Unicode. Help is also printed by
/// programs that have no terminal, and its words are ours: 汉字, full-width marks and ASCII.
enum Columns {
  static func width(of text: String) -> Int {
    text.unicodeScalars.reduce(0) { $0 + (isWide($1.value) ? 2 : 1) }
  }

  /// Breaks at line ends, at blanks and around 汉字, never before a closing mark or after an opening one.
  static func wrap(_ text: String, to columns: Int) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .flatMap { wrapParagraph(String($0), to: columns) }
  }

  private static func wrapParagraph(_ text: String, to columns: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for piece in pieces(of: text) {
      if !line.isEmpty, width(of: line + piece) > columns, piece != " " {
        lines.append(withoutTrailingBlanks(line))
        line = ""
      }
      if !(line.isEmpty && piece == " ") { line += piece }
    }
    return lines + [withoutTrailingBlanks(line)]
  }

  private static func withoutTrailingBlanks(_ line: String) -> String {
    var line = line
    while line.last == " " { line.removeLast() }
    return line
  }

  private static func pieces(of text: String) -> [String] {
    var pieces: [String] = []
    var last: Character?
    for character in text {
      let joins = last.map { joined($0, character) } ?? false
      if joins, let open = pieces.popLast() {
        pieces.append(open + String(character))
      } else {
        pieces.append(String(character))
      }
      last = character
    }
    return pieces
  }

  private static func joined(_ left: Character, _ right: Character) -> Bool {
    if left == " " || right == " " { return false }
    if "，。、；：？！）》”".contains(right) || "（《“".contains(left) { return true }
    return !isWide(left) && !isWide(right)
  }

  private static func isWide(_ character: Character) -> Bool {
    character.unicodeScalars.first.map { isWide($0.value) } ?? false
  }

  private static func isWide(_ value: UInt32) -> Bool {
    switch value {
    case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
      0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
      true
    default: false
    }
  }
}
