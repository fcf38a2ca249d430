import CLI
import CentralCore
import Domain
import SyncProtocol

/// What every command of `gridwalkd` is given.
struct Admin {
  let streams: Streams
  let arguments: ParsedArguments

  /// A command ends here: what to say, and what to answer the shell with.
  struct Failure: Error {
    let sentences: [Sentence]
    let code: ExitCode

    init(_ sentences: Sentence..., code: ExitCode) {
      self.init(sentences, code: code)
    }

    init(_ sentences: [Sentence], code: ExitCode) {
      self.sentences = sentences
      self.code = code
    }
  }

  var isJSON: Bool { arguments.has("json") }

  /// `--data`, else `$GRIDWALKD_DATA`, else `$XDG_DATA_HOME/gridwalkd`.
  var directory: String {
    if let given = arguments.value("data") { return given }
    let environment = streams.environment
    if let set = environment["GRIDWALKD_DATA"], !set.isEmpty { return set }
    if let data = environment["XDG_DATA_HOME"], data.hasPrefix("/") { return "\(data)/gridwalkd" }
    return "\(environment["HOME"] ?? ".")/.local/share/gridwalkd"
  }

  func centre() throws -> Centre {
    do { return try Centre(in: directory) } catch CentralStoreFault.missing {
      throw Failure(.centreMissing(directory), code: .notFound)
    }
  }

  /// A value of JSON for programs, or a sentence for people.
  func say(_ sentence: Sentence, json: FieldValue) throws {
    if isJSON { try result(json) } else { streams.tell(sentence) }
  }

  func result(_ json: FieldValue) throws {
    try streams.result(String(decoding: WireJSON.encode(json), as: UTF8.self))
  }

  /// One row of a list.
  struct Entry {
    let shown: [String]
    let json: [String: FieldValue]
  }

  /// A table for people, columns parted by tabs for pipes, JSON for programs.
  func list(_ headings: [Sentence], _ entries: [Entry]) throws {
    if isJSON { return try result(.array(entries.map { .object($0.json) })) }
    let rows = entries.map(\.shown)
    guard streams.isOutputTerminal else {
      return try streams.results(rows.map { $0.joined(separator: "\t") })
    }
    let words = headings.map { $0.text(in: streams.language) }
    try streams.results(PlainTable.lines([words] + rows))
  }

  func positive(_ option: String, default standard: Int) throws -> Int {
    guard let text = arguments.value(option) else { return standard }
    guard let number = Int(text), number > 0 else {
      throw Failure(.numberMalformed(option, text), code: .usage)
    }
    return number
  }

  func operand(_ position: Int) throws -> String {
    guard let value = arguments.operand(position) else {
      // The command table requires it, so parsing has refused this before.
      throw Failure([], code: .usage)
    }
    return value
  }

  func run() throws {
    switch arguments.command {
    case ["init"]: try found()
    case ["serve"]: try serve()
    case ["worker", "add"]: try addWorker()
    case ["worker", "grids"]: try changeGrids()
    case ["worker", "list"]: try listWorkers()
    case ["device", "code"]: try issueCode()
    case ["device", "list"]: try listDevices()
    case ["device", "revoke"]: try revokeDevice()
    case ["device", "wipe"]: try wipeDevice()
    case ["grid", "import"]: try importGrids()
    case ["grid", "list"]: try listGrids()
    case ["form", "import"]: try importForms(paths: arguments.operands)
    case ["form", "list"]: try listForms()
    case ["account"]: try setAccount()
    case ["import"]: try importBundle()
    case ["check"]: try check()
    default: try backUp()
    }
  }
}
