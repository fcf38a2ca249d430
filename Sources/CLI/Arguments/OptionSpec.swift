// What may follow a command: operands and options.

/// What the shell offers when Tab is pressed on an operand or an option's value.
public enum Completion: Sendable, Hashable {
  /// Nothing.
  case none
  /// Names of files and directories.
  case files
  /// Names of directories.
  case directories
  /// One of a fixed set of words.
  case words([String])
}

/// An operand of a command: a value without an option name before it.
public struct Operand: Sendable {
  /// The placeholder shown in usage lines, in capitals by custom.
  public let name: String
  /// Whether leaving it out is a fault.
  public let isRequired: Bool
  /// Whether it takes all operands that are left; only the last one may.
  public let isRepeated: Bool
  /// What it means.
  public let summary: Sentence
  /// What Tab offers.
  public let completion: Completion

  /// Describes an operand.
  public init(
    _ name: String, isRequired: Bool = true, isRepeated: Bool = false,
    summary: Sentence, completion: Completion = .none
  ) {
    self.name = name
    self.isRequired = isRequired
    self.isRepeated = isRepeated
    self.summary = summary
    self.completion = completion
  }
}

/// An option of a command, or of the whole program.
public struct OptionSpec: Sendable {
  /// The long name without its dashes; also the key of its values after parsing.
  public let name: String
  /// The one-letter name, if it has one.
  public let short: Character?
  /// The placeholder of its value, or nil for a flag.
  public let value: String?
  /// Whether the value may be left out; it is then only taken from `--name=value`.
  public let isValueOptional: Bool
  /// Whether every occurrence counts.
  ///
  /// Of an option that is not repeated the last one decides.
  public let isRepeated: Bool
  /// What it does.
  public let summary: Sentence
  /// What Tab offers for its value.
  public let completion: Completion

  /// Describes an option.
  public init(
    _ name: String, short: Character? = nil, value: String? = nil,
    isValueOptional: Bool = false, isRepeated: Bool = false,
    summary: Sentence, completion: Completion = .none
  ) {
    self.name = name
    self.short = short
    self.value = value
    self.isValueOptional = isValueOptional
    self.isRepeated = isRepeated
    self.summary = summary
    self.completion = completion
  }
}

/// A line that shows a command at work.
public struct Example: Sendable {
  /// What is typed, without a shell prompt.
  public let line: String
  /// What it does.
  public let summary: Sentence

  /// Describes an example.
  public init(_ line: String, summary: Sentence) {
    self.line = line
    self.summary = summary
  }
}
