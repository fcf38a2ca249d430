// What `--help` prints, made from the command table and fitted to a width.

/// The help of a program or of one of its commands.
public struct Help: Sendable {
  private let table: CommandTable
  private let language: Language
  private let width: Int
  private static let indent = 2
  private static let gap = 2
  /// A left column wider than this has its explanation on the next line.
  private static let widestTerm = 28

  /// Prepares help in a language for a width in columns.
  public init(_ table: CommandTable, language: Language, width: Int) {
    self.table = table
    self.language = language
    self.width = max(Streams.leastWidth, width)
  }

  /// The help for a path of English command names, the program's own for the empty path.
  ///
  /// Names beyond what the table knows are left out.
  public func text(for path: [String] = []) -> String {
    var known = path
    while table.commands(along: known) == nil { known.removeLast() }
    let commands = table.commands(along: known) ?? []
    let command = commands.last
    let summary = (command?.summary ?? table.summary).text(in: language)
    var blocks = [
      Columns.wrap(summary, to: width),
      usage(commands),
    ]
    if let details = command == nil ? table.details : command?.details {
      blocks.append(Columns.wrap(details.text(in: language), to: width))
    }
    blocks.append(section(.headingCommands, (command?.subcommands ?? table.commands).map(term)))
    blocks.append(section(.headingOperands, (command?.operands ?? []).map(term)))
    blocks.append(section(.headingOptions, commands.flatMap(\.options).map(term)))
    blocks.append(section(.headingCommonOptions, table.options.map(term)))
    blocks.append(section(.headingExamples, (command?.examples ?? []).map(term)))
    blocks.append(section(.headingExitCodes, (command?.exitCodes ?? []).map(term)))
    return blocks.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }
      .joined(separator: "\n\n") + "\n"
  }

  private func usage(_ commands: [CommandSpec]) -> [String] {
    let line = UsageLine(table, commands).text(in: language)
    let lead = Sentence.headingUsage.text(in: language) + ": "
    let hanging = String(repeating: " ", count: Columns.width(of: lead))
    return Columns.wrap(line, to: width - hanging.count).enumerated()
      .map { ($0.offset == 0 ? lead : hanging) + $0.element }
  }

  private func section(_ heading: Sentence, _ entries: [(String, Sentence)]) -> [String] {
    guard !entries.isEmpty else { return [] }
    let widest = entries.map { Columns.width(of: $0.0) }.filter { $0 <= limit }.max() ?? 0
    let column = Self.indent + widest + Self.gap
    return [heading.text(in: language) + ":"]
      + entries.flatMap { entry($0.0, $0.1.text(in: language), column) }
  }

  private var limit: Int { min(Self.widestTerm, width / 2) }

  private func entry(_ term: String, _ explanation: String, _ column: Int) -> [String] {
    let head = String(repeating: " ", count: Self.indent) + term
    let blanks = column - Columns.width(of: head)
    let wrapped = Columns.wrap(explanation, to: width - column)
    let hanging = String(repeating: " ", count: column)
    if blanks < Self.gap { return [head] + wrapped.map { hanging + $0 } }
    let first = head + String(repeating: " ", count: blanks) + (wrapped.first ?? "")
    return [first] + wrapped.dropFirst().map { hanging + $0 }
  }

  private func term(_ command: CommandSpec) -> (String, Sentence) {
    (command.words.joined(separator: ", "), command.summary)
  }

  private func term(_ operand: Operand) -> (String, Sentence) { (operand.name, operand.summary) }

  private func term(_ option: OptionSpec) -> (String, Sentence) {
    (UsageLine.spelled(option), option.summary)
  }

  private func term(_ example: Example) -> (String, Sentence) { (example.line, example.summary) }

  private func term(_ code: ExitCode) -> (String, Sentence) {
    (String(code.rawValue), code.meaning)
  }
}
