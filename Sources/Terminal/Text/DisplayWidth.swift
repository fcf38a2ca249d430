// How many columns text takes on a terminal. Counted by grapheme cluster:
// 汉字 and emoji take two columns, what combines takes none, and a cluster
// joined by U+200D or made an emoji by U+FE0F (UTS #51) takes two in all.

/// Measures, cuts and pads text by the columns it takes.
public enum DisplayWidth {
  /// The mark that stands for what was cut off; one column.
  public static let ellipsis = "…"

  /// The columns a scalar takes on its own: 0, 1 or 2; control characters take none.
  public static func width(of scalar: Unicode.Scalar) -> Int {
    let value = scalar.value
    if value < 0x20 || (0x7F..<0xA0).contains(value) { return 0 }
    if value < 0x300 { return 1 }
    // Medial vowels and final consonants of conjoining Hangul join the initial one.
    if (0x1160...0x11FF).contains(value) || (0xD7B0...0xD7FF).contains(value) { return 0 }
    if WideRanges.contains(scalar) {
      // Tone marks and voicing marks lie inside the wide blocks.
      return scalar.properties.generalCategory == .nonspacingMark ? 0 : 2
    }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .lineSeparator, .paragraphSeparator: return 0
    // The Arabic number signs are format characters that show (UAX #44, Prepended_Concatenation_Mark).
    case .format: return isPrependedMark(value) ? 1 : 0
    default: return 1
    }
  }

  /// The columns a grapheme cluster takes.
  public static func width(of character: Character) -> Int {
    let scalars = character.unicodeScalars
    guard let first = scalars.first else { return 0 }
    if scalars.count == 1 { return width(of: first) }
    var total = 0
    var isAfterJoiner = false
    for scalar in scalars {
      if scalar.value == 0xFE0F, total == 1, first.properties.isEmoji {
        total = 2
      } else if !isAfterJoiner, !(total > 0 && scalar.properties.isEmojiModifier) {
        total += width(of: scalar)
      }
      isAfterJoiner = scalar.value == 0x200D
    }
    return total
  }

  /// The columns a text takes.
  ///
  /// Line ends and other controls count nothing: sanitise first.
  public static func width(of text: String) -> Int {
    text.reduce(0) { $0 + width(of: $1) }
  }

  /// The text, cut so that it takes at most a number of columns; a cut shows as `…`.
  public static func truncate(_ text: String, to columns: Int) -> String {
    if text.utf8.count <= columns || width(of: text) <= columns { return text }
    guard columns > 0 else { return "" }
    var result = ""
    var used = 0
    for character in text {
      let width = width(of: character)
      if used + width > columns - 1 { break }
      result.append(character)
      used += width
    }
    return result + ellipsis
  }

  /// Which side of a cell the text stands on.
  public enum Alignment: Sendable {
    /// At the left edge, blanks after it.
    case left
    /// At the right edge, blanks before it.
    case right
  }

  /// The text with blanks up to a number of columns; longer text stays as it is.
  public static func pad(
    _ text: String, to columns: Int, alignment: Alignment = .left
  ) -> String {
    let blanks = String(repeating: " ", count: max(0, columns - width(of: text)))
    return alignment == .left ? text + blanks : blanks + text
  }

  private static func isPrependedMark(_ value: UInt32) -> Bool {
    switch value {
    case 0x600...0x605, 0x6DD, 0x70F, 0x890...0x891, 0x8E2, 0x110BD, 0x110CD: true
    default: false
    }
  }
}
