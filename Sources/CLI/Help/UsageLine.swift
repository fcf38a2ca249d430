/// The line that shows how a command is put together (POSIX XBD 12.1 notation).
struct UsageLine {
  private let table: CommandTable
  private let commands: [CommandSpec]

  init(_ table: CommandTable, _ commands: [CommandSpec]) {
    self.table = table
    self.commands = commands
  }

  func text(in language: Language) -> String {
    var parts = [table.program] + commands.map(\.name)
    parts.append("[\(Sentence.placeholderOptions.text(in: language))]")
    let below = commands.last?.subcommands ?? table.commands
    if !below.isEmpty {
      let word = Sentence.placeholderCommand.text(in: language)
      let isOptional = commands.last.map { !$0.operands.isEmpty } ?? table.isCommandOptional
      parts.append(isOptional ? "[\(word)]" : word)
    }
    return (parts + (commands.last?.operands ?? []).map(Self.spelled)).joined(separator: " ")
  }

  static func spelled(_ operand: Operand) -> String {
    let name = operand.name + (operand.isRepeated ? "…" : "")
    return operand.isRequired ? name : "[\(name)]"
  }

  static func spelled(_ option: OptionSpec) -> String {
    let short = option.short.map { "-\($0), " } ?? ""
    guard let value = option.value else { return "\(short)--\(option.name)" }
    return option.isValueOptional
      ? "\(short)--\(option.name)[=\(value)]" : "\(short)--\(option.name) \(value)"
  }
}
