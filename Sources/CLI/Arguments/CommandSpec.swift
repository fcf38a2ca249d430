// The one table each program has: parsing, --help, shell completion and the
// manual page are all made from these values, so none of them can fall behind.

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
  /// Whether every occurrence counts. Of an option that is not repeated the last one decides.
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

/// The command table of one program.
public struct CommandTable: Sendable {
  /// The program's name as typed.
  public let program: String
  /// What the program is, in one line.
  public let summary: Sentence
  /// More about it, for the manual page.
  public let details: Sentence?
  /// The version `--version` prints.
  public let version: String
  /// Whether the program does something useful without any command.
  public let isCommandOptional: Bool
  /// Options that every command takes, in any place.
  public let options: [OptionSpec]
  /// The commands.
  public let commands: [CommandSpec]

  /// Describes a program.
  public init(
    program: String, version: String, summary: Sentence, details: Sentence? = nil,
    isCommandOptional: Bool = false, options: [OptionSpec] = OptionSpec.common,
    commands: [CommandSpec]
  ) {
    self.program = program
    self.version = version
    self.summary = summary
    self.details = details
    self.isCommandOptional = isCommandOptional
    self.options = options
    self.commands = commands
  }

  /// The commands a path of English names leads through, outermost first; nil if one is unknown.
  public func commands(along path: [String]) -> [CommandSpec]? {
    var level = commands
    var found: [CommandSpec] = []
    for name in path {
      guard let command = level.first(where: { $0.name == name }) else { return nil }
      found.append(command)
      level = command.subcommands
    }
    return found
  }
}

extension OptionSpec {
  /// The options all three programs share.
  public static let common: [OptionSpec] = [
    OptionSpec("json", summary: .optionJSON),
    OptionSpec("data", value: "DIR", summary: .optionData, completion: .directories),
    OptionSpec(
      "lang", value: "zh|en", summary: .optionLanguage, completion: .words(["zh", "en"])),
    OptionSpec("help", short: "h", summary: .optionHelp),
    OptionSpec("version", summary: .optionVersion),
  ]
}
