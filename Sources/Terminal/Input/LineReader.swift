// Asking a person for a line. What asks is injected: readline on a terminal,
// a plain line where the terminal is dumb, a script in tests.

/// Why no line came.
public enum LineReaderEnd: Error, Sendable, Equatable {
  /// Ctrl-D on an empty line, or the end of the input.
  case endOfInput
  /// Ctrl-C.
  case interrupted
  /// The line is longer than the limit, in bytes.
  case tooLong(limit: Int)
  /// Reading failed with this `errno` value.
  case failed(code: Int32)
  /// A scripted reader was asked something its script does not foresee.
  case unexpectedPrompt(String)
}

/// What a line reader asks.
public struct LineQuestion: Sendable {
  /// The longest line any reader accepts, in bytes of UTF-8.
  public static let longestLine = 64 * 1024

  /// Shown before the line; no control characters.
  public var prompt: String
  /// Text that stands in the line already, to be edited.
  public var initial: String
  /// The value kept when Enter is pressed at once; Tab on an empty line fetches it for editing.
  public var suggestion: String
  /// What Tab completes: all candidates, narrowed by the reader to what was typed so far.
  public var completions: [String]
  /// Whether what is typed stays invisible: PINs and passwords.
  public var isHidden: Bool
  /// Whether the line may enter the history.
  public var isRemembered: Bool

  /// Makes a question.
  public init(
    _ prompt: String, initial: String = "", suggestion: String = "", completions: [String] = [],
    isHidden: Bool = false, isRemembered: Bool = false
  ) {
    self.prompt = prompt
    self.initial = initial
    self.suggestion = suggestion
    self.completions = completions
    self.isHidden = isHidden
    self.isRemembered = isRemembered
  }
}

/// Something that asks a person for lines.
public protocol LineReader: AnyObject {
  /// Asks and waits for one line, which is answered without its line end.
  ///
  /// An answer may be empty and is otherwise as typed, blanks included.
  func read(_ question: LineQuestion) throws(LineReaderEnd) -> String

  /// Waits for one key without Enter where the terminal can; elsewhere for a line, whose first
  /// character counts.
  func readKey(prompt: String) throws(LineReaderEnd) -> Key
}

extension LineReader {
  /// Asks for a line with the parts of the question spelled out.
  public func read(
    prompt: String, initial: String = "", completions: [String] = []
  ) throws(LineReaderEnd) -> String {
    try read(LineQuestion(prompt, initial: initial, completions: completions))
  }
}

/// A key a person pressed.
public enum Key: Sendable, Equatable {
  /// A key that writes a character.
  case character(Character)
  /// Enter.
  case enter
  /// Escape.
  case escape
  /// Backspace or Delete.
  case backspace
  /// Tab.
  case tab
  /// Up, down, left or right.
  case arrow(Arrow)
  /// Any other key.
  case other

  /// The arrow keys.
  public enum Arrow: Sendable, Equatable {
    /// Up.
    case up
    /// Down.
    case down
    /// Left.
    case left
    /// Right.
    case right
  }
}
