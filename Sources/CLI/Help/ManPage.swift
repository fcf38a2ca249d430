// The manual page of a program in the man macros of groff (groff_man(7)).
// Chinese pages are UTF-8: `groff -K utf8` and man-db read them so.

/// The manual page of a program.
public struct ManPage: Sendable {
  private let table: CommandTable
  private let language: Language

  /// Prepares the page in a language.
  public init(_ table: CommandTable, language: Language) {
    self.table = table
    self.language = language
  }

  /// The page in section 1.
  ///
  /// - Parameter date: shown in the footer, `2026-11-21`; empty for none.
  public func text(date: String = "") -> String {
    let title = Self.quoted(table.program.uppercased())
    let version = Self.quoted("\(table.program) \(table.version)")
    let summary = word(table.summary)
    var lines = [
      ".TH \(title) 1 \(Self.quoted(date)) \(version) \(Self.quoted(said(.userCommands)))",
      heading(.headingName), "\(Self.escaped(table.program)) \\- \(summary)",
      heading(.headingSynopsis), ".B \(Self.escaped(table.program))",
      Self.line(
        UsageLine(table, []).text(in: language).dropFirst(table.program.count + 1)),
    ]
    if let details = table.details {
      lines += [heading(.headingDescription)] + paragraphs(details)
    }
    lines += [heading(.headingCommands)] + table.commands.flatMap { block($0, above: []) }
    lines += [heading(.headingCommonOptions)] + table.options.flatMap(entry)
    lines += [heading(.headingExitCodes)]
    lines += ExitCode.allCases.flatMap { Self.entry(String($0.rawValue), word($0.meaning)) }
    return lines.joined(separator: "\n") + "\n"
  }

  private func block(_ command: CommandSpec, above: [CommandSpec]) -> [String] {
    let path = above + [command]
    let words = command.words.joined(separator: ", ")
    var lines = [
      ".SS \(Self.quoted((above.map(\.name) + [words]).joined(separator: " ")))",
      word(command.summary), ".PP",
      Self.line(UsageLine(table, path).text(in: language)[...]),
    ]
    if let details = command.details { lines += [".PP"] + paragraphs(details) }
    lines += command.operands.flatMap { Self.entry(Self.escaped($0.name), word($0.summary)) }
    lines += command.options.flatMap(entry)
    lines += command.exitCodes.flatMap { Self.entry(String($0.rawValue), word($0.meaning)) }
    lines += command.examples.flatMap { Self.entry(Self.escaped($0.line), word($0.summary)) }
    return lines + command.subcommands.flatMap { block($0, above: path) }
  }

  private func entry(_ option: OptionSpec) -> [String] {
    Self.entry(Self.escaped(UsageLine.spelled(option)), word(option.summary))
  }

  private static func entry(_ term: String, _ text: String) -> [String] {
    [".TP", line(raw: "\\fB\(term)\\fR"), text]
  }

  private func heading(_ sentence: Sentence) -> String {
    ".SH \(Self.quoted(said(sentence).uppercased()))"
  }

  private func said(_ sentence: Sentence) -> String { sentence.text(in: language) }

  private func word(_ sentence: Sentence) -> String { Self.line(said(sentence)[...]) }

  private func paragraphs(_ sentence: Sentence) -> [String] {
    said(sentence).split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.isEmpty ? ".PP" : Self.line($0) }
  }

  private static func line(_ text: Substring) -> String { line(raw: escaped(String(text))) }

  /// A text line beginning with a dot or an apostrophe would be a request: `\&` goes before it.
  private static func line(raw text: String) -> String {
    let oneLine = String(text.map { $0.isNewline ? " " : $0 })
    return oneLine.hasPrefix(".") || oneLine.hasPrefix("'") ? "\\&" + oneLine : oneLine
  }

  /// Backslashes begin escapes; a bare hyphen may be typeset as one that cannot be pasted.
  private static func escaped(_ text: String) -> String {
    text.reduce(into: "") { result, character in
      switch character {
      case "\\": result += "\\e"
      case "-": result += "\\-"
      case "'": result += "\\(aq"
      case "`": result += "\\(ga"
      case "^": result += "\\(ha"
      case "~": result += "\\(ti"
      default: result.append(character)
      }
    }
  }

  /// An argument of a macro: inside double quotes, where a quote is written `\(dq`.
  private static func quoted(_ text: String) -> String {
    let inner = escaped(text).map { $0 == "\"" ? "\\(dq" : String($0) }.joined()
    return "\"" + inner + "\""
  }
}
