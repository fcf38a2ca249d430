/// Makes text from records harmless on a terminal.
///
/// A name or a diary entry may hold anything a keyboard, a scanner or another
/// system put there. An escape sequence in it could move the cursor, change the
/// title or answer on the keyboard's behalf, and a direction override could
/// show an ID number backwards (Unicode TR #36 §3).
public enum DisplayText {
  /// The text on one line: blanks for line ends and tabs, U+FFFD for other controls.
  ///
  /// Direction controls and byte order marks, which nobody sees, are left out.
  public static func line(_ text: String) -> String {
    cleaned(text, keepsLineEnds: false)
  }

  /// The same for several lines: line feeds stay, a carriage return before one goes.
  public static func lines(_ text: String) -> String {
    cleaned(text, keepsLineEnds: true)
  }

  private static func cleaned(_ text: String, keepsLineEnds: Bool) -> String {
    if text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return text }
    var result = String.UnicodeScalarView()
    var isAfterReturn = false
    for scalar in text.unicodeScalars {
      let wasAfterReturn = isAfterReturn
      isAfterReturn = scalar.value == 0x0D
      switch scalar.value {
      case 0x0A where wasAfterReturn && !keepsLineEnds: break
      case 0x0A, 0x2028, 0x2029: result.append(keepsLineEnds ? "\n" : " ")
      case 0x0D where keepsLineEnds: break
      case 0x09, 0x0D: result.append(" ")
      case 0..<0x20, 0x7F..<0xA0: result.append("\u{FFFD}")
      case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069, 0xFEFF: break
      default: result.append(scalar)
      }
    }
    return String(result)
  }
}
