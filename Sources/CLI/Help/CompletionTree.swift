/// The command table as completion scripts need it: one node per place a word can stand in.
///
/// A place is named by the English words that lead to it, `/` at the start and
/// `/case/accept` below. The scripts walk from place to place along the words
/// typed and skip the values of options.
struct CompletionTree {
  struct Node {
    let place: String
    /// What each word leads to.
    let steps: [(word: String, place: String)]
    /// The commands to offer here, by their English and Chinese words.
    let commands: [CommandSpec]
    /// The options that count here: the program's and those of the commands passed.
    let options: [OptionSpec]
    /// What the first operand completes to; later ones the same, which is rarely wrong.
    let operand: Completion
  }

  let program: String
  let nodes: [Node]

  init(_ table: CommandTable) {
    program = table.program
    nodes = Self.nodes("/", table.commands, table.options, .none)
  }

  private static func nodes(
    _ place: String, _ commands: [CommandSpec], _ options: [OptionSpec], _ operand: Completion
  ) -> [Node] {
    let below = commands.map { ($0, place == "/" ? "/\($0.name)" : "\(place)/\($0.name)") }
    let steps = below.flatMap { command, next in command.words.map { (word: $0, place: next) } }
    let node = Node(
      place: place, steps: steps, commands: commands, options: options, operand: operand)
    return [node]
      + below.flatMap { command, next in
        nodes(
          next, command.subcommands, options + command.options,
          command.operands.first?.completion ?? .none)
      }
  }

  /// The name of the script's functions: letters, digits and underscores of the program's name.
  var function: String {
    "_" + String(program.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
  }

  /// Text in single quotes, as bash and zsh read them.
  static func quoted(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
      + "'"
  }

  /// Whether a word can stand in a completion list of any shell without being expanded or split.
  static func isPlain(_ word: String) -> Bool {
    !word.isEmpty
      && word.unicodeScalars.allSatisfy {
        !$0.isASCII || $0.properties.isAlphabetic || ("0"..."9").contains($0)
          || "-_.:/@%+,=".unicodeScalars.contains($0)
      }
  }
}

extension OptionSpec {
  /// Whether the word after it is its value.
  var takesNextWord: Bool { value != nil && !isValueOptional }

  /// Its names with their dashes.
  var spellings: [String] { ["--" + name] + (short.map { ["-\($0)"] } ?? []) }
}
