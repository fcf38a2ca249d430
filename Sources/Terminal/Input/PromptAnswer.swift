/// What a line typed at a question of a form means.
public enum PromptAnswer: Sendable, Equatable {
  /// Enter alone: keep what is there.
  case keep
  /// A value.
  case text(String)
  /// `<`: back to the question before.
  case back
  /// `?`: explain the question.
  case help
  /// `.`: save and leave.
  case leave
  /// `-`: clear the value.
  case clear
  /// `=`: accept all that is left as it is.
  case acceptRest
  /// `/`: the whole form at a glance, to go elsewhere in it.
  case overview

  /// Reads a line.
  ///
  /// Blanks around a single sign do not matter, and the full-width signs of a
  /// Chinese input method mean the same. A backslash at the front makes the
  /// rest a value: `\-` is the text `-`, `\\a` the text `\a`, `\` the empty text.
  public init(_ line: String) {
    var trimmed = Substring(line)
    while let first = trimmed.first, first.isWhitespace { trimmed.removeFirst() }
    while let last = trimmed.last, last.isWhitespace { trimmed.removeLast() }
    switch trimmed {
    case "": self = .keep
    case "<", "＜", "《": self = .back
    case "?", "？": self = .help
    case ".", "。": self = .leave
    case "-", "－": self = .clear
    case "=", "＝": self = .acceptRest
    // The key of `/` writes 、 with a Chinese input method.
    case "/", "／", "、": self = .overview
    default:
      let isEscaped = trimmed.first == "\\"
      // What stands behind the backslash counts to the last blank.
      self = .text(isEscaped ? String(line[trimmed.startIndex...].dropFirst()) : line)
    }
  }

  /// The line that is read back as this text, for prompts that offer a value for editing.
  public static func escaped(_ text: String) -> String {
    if PromptAnswer(text) == .text(text) { return text }
    return "\\" + text
  }
}
