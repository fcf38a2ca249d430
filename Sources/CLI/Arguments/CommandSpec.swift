/// A command: a word that says what to do, and what may follow it.
public struct CommandSpec: Sendable {
  /// The English word, lower case; the name used after parsing.
  public let name: String
  /// The Chinese word.
  public let chineseName: String
  /// The single letter that also calls it, if it has one.
  public let key: Character?
  /// What it does, in one line.
  public let summary: Sentence
  /// More about it, for its own help and the manual page.
  public let details: Sentence?
  /// The operands in order.
  public let operands: [Operand]
  /// Its options; the program's own options come on top.
  public let options: [OptionSpec]
  /// Commands below it.
  public let subcommands: [CommandSpec]
  /// Exit codes worth a line in its help.
  public let exitCodes: [ExitCode]
  /// Examples.
  public let examples: [Example]

  /// Describes a command.
  public init(
    _ name: String, _ chineseName: String, key: Character? = nil, summary: Sentence,
    details: Sentence? = nil, operands: [Operand] = [], options: [OptionSpec] = [],
    subcommands: [CommandSpec] = [], exitCodes: [ExitCode] = [], examples: [Example] = []
  ) {
    self.name = name
    self.chineseName = chineseName
    self.key = key
    self.summary = summary
    self.details = details
    self.operands = operands
    self.options = options
    self.subcommands = subcommands
    self.exitCodes = exitCodes
    self.examples = examples
  }

  /// The words that call it: English, Chinese, and the letter.
  public var words: [String] {
    [name, chineseName] + (key.map { [String($0)] } ?? [])
  }
}
