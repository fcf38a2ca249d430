// The one table each program has: parsing, --help, shell completion and the
// manual page are all made from these values, so none of them can fall behind.

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
