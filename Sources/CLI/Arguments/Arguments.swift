// Reads a command line the way GNU getopt_long with a permuting order does
// (POSIX XBD 12.2, glibc manual 25.2), with commands chosen by exact words.
// Long names are never abbreviated: a script must not break when an option is
// added.

/// The reader of command lines.
public enum Arguments {
  /// Takes a command line apart.
  ///
  /// - Parameter words: the arguments without the program's own name.
  /// - Throws: the first fault in reading order; missing operands come last,
  ///   and not at all when `--help` or `--version` was given.
  public static func parse(
    _ words: [String], _ table: CommandTable
  ) throws(UsageFault) -> ParsedArguments {
    var reading = Reading(table: table)
    var rest = words[...]
    while let word = rest.popFirst() {
      try reading.take(word, &rest)
    }
    return try reading.finish()
  }
}

/// The state of reading one command line.
private struct Reading {
  let table: CommandTable
  var result = ParsedArguments()
  var current: CommandSpec?
  var options: [OptionSpec]
  var areOptionsOver = false

  init(table: CommandTable) {
    self.table = table
    options = table.options
  }

  var subcommands: [CommandSpec] { current?.subcommands ?? table.commands }

  mutating func take(_ word: String, _ rest: inout ArraySlice<String>) throws(UsageFault) {
    if areOptionsOver || word == "-" || !word.hasPrefix("-") {
      try takeWord(word)
    } else if word == "--" {
      areOptionsOver = true
    } else if word.hasPrefix("--") {
      try takeLong(word.dropFirst(2), &rest)
    } else {
      try takeShort(word.dropFirst(), &rest)
    }
  }

  /// A word that is no option: the next command while one is awaited, else an operand.
  mutating func takeWord(_ word: String) throws(UsageFault) {
    guard result.operands.isEmpty, !subcommands.isEmpty else { return try takeOperand(word) }
    // After `--` a word is an operand, even if it reads like a command,
    // unless the command takes none.
    let takesOperands = current.map { !$0.operands.isEmpty } ?? false
    if !(areOptionsOver && takesOperands),
      let command = subcommands.first(where: { $0.words.contains(word) })
    {
      result.command.append(command.name)
      current = command
      options += command.options
    } else if takesOperands {
      try takeOperand(word)
    } else {
      throw .unknownCommand(
        word, suggestion: Suggestion.nearest(to: word, among: subcommands.flatMap(\.words)))
    }
  }

  mutating func takeOperand(_ word: String) throws(UsageFault) {
    let allowed = current?.operands ?? []
    if result.operands.count >= allowed.count, allowed.last?.isRepeated != true {
      throw .unexpectedOperand(word, path: result.command)
    }
    result.operands.append(word)
  }

  mutating func takeLong(
    _ text: Substring, _ rest: inout ArraySlice<String>
  ) throws(UsageFault) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts[0])
    guard let option = options.last(where: { $0.name == name }) else {
      throw .unknownOption("--" + name, suggestion: nearestOption(to: name))
    }
    let shown = "--" + name
    if parts.count == 2 {
      guard option.value != nil else { throw .unexpectedValue(option: shown) }
      result.record(option, String(parts[1]))
    } else {
      try takeValue(of: option, shown: shown, attached: nil, &rest)
    }
  }

  mutating func takeShort(
    _ letters: Substring, _ rest: inout ArraySlice<String>
  ) throws(UsageFault) {
    var left = letters
    while let letter = left.popFirst() {
      let shown = "-" + String(letter)
      guard let option = options.last(where: { $0.short == letter }) else {
        throw .unknownOption(shown, suggestion: nearestOption(to: String(letters)))
      }
      if option.value != nil, !option.isValueOptional {
        return try takeValue(
          of: option, shown: shown, attached: left.isEmpty ? nil : String(left), &rest)
      }
      result.record(option, nil)
    }
  }

  /// Like getopt, a required value may begin with a dash: `--at -22.5,114`.
  mutating func takeValue(
    of option: OptionSpec, shown: String, attached: String?, _ rest: inout ArraySlice<String>
  ) throws(UsageFault) {
    guard let placeholder = option.value, !option.isValueOptional else {
      return result.record(option, nil)
    }
    guard let value = attached ?? rest.popFirst() else {
      throw .missingValue(option: shown, placeholder: placeholder)
    }
    result.record(option, value)
  }

  func nearestOption(to name: String) -> String? {
    Suggestion.nearest(to: name, among: options.map(\.name)).map { "--" + $0 }
  }

  func finish() throws(UsageFault) -> ParsedArguments {
    if result.has("help") || result.has("version") { return result }
    guard let current else {
      if table.isCommandOptional { return result }
      throw .missingCommand(path: [], choices: table.commands.map(\.name))
    }
    if !current.subcommands.isEmpty, current.operands.isEmpty {
      throw .missingCommand(path: result.command, choices: current.subcommands.map(\.name))
    }
    let required = current.operands.filter(\.isRequired)
    if result.operands.count < required.count {
      throw .missingOperand(name: required[result.operands.count].name, path: result.command)
    }
    return result
  }
}
