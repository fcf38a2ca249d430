// Lines break at spaces, and before or after every wide character (UAX #14
// class ID), except that closing marks never begin a line and opening marks
// never end one (classes CL, EX, NS and OP; the rule called 避头尾).

extension DisplayWidth {
  /// Breaks text into lines of at most a number of columns.
  ///
  /// Line ends in the text stay; blanks at a break go. A word longer than a
  /// line is cut between characters. A character wider than the line stands
  /// alone on one that is too long.
  public static func wrap(_ text: String, width columns: Int) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .flatMap { wrapParagraph($0, max(1, columns)) }
  }

  private static func wrapParagraph(_ text: Substring, _ columns: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    var used = 0
    var blanks = 0
    for piece in pieces(of: text) {
      if piece == " " {
        blanks += 1
        continue
      }
      let width = width(of: piece)
      if used + blanks + width > columns {
        if used > 0 { lines.append(line) }
        (line, used, blanks) = ("", 0, 0)
      }
      line += String(repeating: " ", count: blanks)
      used += blanks
      blanks = 0
      for part in width > columns ? characters(of: piece) : [(piece, width)] {
        if used > 0, used + part.width > columns {
          lines.append(line)
          (line, used) = ("", 0)
        }
        line += part.text
        used += part.width
      }
    }
    return lines + [line]
  }

  private static func characters(of piece: String) -> [(text: String, width: Int)] {
    piece.map { (String($0), width(of: $0)) }
  }

  /// The text in pieces that a line break may separate; each blank is a piece.
  private static func pieces(of text: Substring) -> [String] {
    var pieces: [String] = []
    var piece = ""
    var last: Character?
    for character in text {
      if character == " " || character == "\t" {
        if !piece.isEmpty { pieces.append(piece) }
        pieces.append(" ")
        (piece, last) = ("", nil)
        continue
      }
      if let last, mayBreak(after: last, before: character) {
        pieces.append(piece)
        piece = ""
      }
      piece.append(character)
      last = character
    }
    if !piece.isEmpty { pieces.append(piece) }
    return pieces
  }

  private static func mayBreak(after left: Character, before right: Character) -> Bool {
    if closing.contains(right) || opening.contains(left) { return false }
    return width(of: left) == 2 || width(of: right) == 2 || closingWide.contains(left)
  }

  private static let closingWide: Set<Character> = Set("，。、；：？！）》〉」』】〕］｝…—·～％”’")
  private static let closing: Set<Character> = closingWide.union(",.;:?!)]}%ー々")
  private static let opening: Set<Character> = Set("（《〈「『【〔［｛“‘([{￥$")
}
