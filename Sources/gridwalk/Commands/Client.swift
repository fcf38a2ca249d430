import CLI
import Domain
import FieldCore
import SyncProtocol
import Terminal

/// What every command of `gridwalk` is given. Each command is an extension in
/// a file of its own; what several of them need is here.
struct Client {
  let streams: Streams
  let arguments: ParsedArguments
  let surroundings: Surroundings
  /// Whether the home screen goes on after this command.
  var isAtHome = false

  /// A command ends here: what to say, and what to answer the shell with.
  struct Failure: Error {
    let sentences: [Sentence]
    let code: ExitCode
    /// The answers that were refused, for programs.
    var refusals: [Refusal] = []

    init(_ sentences: Sentence..., code: ExitCode) {
      self.init(sentences, code: code)
    }

    init(_ sentences: [Sentence], code: ExitCode) {
      self.sentences = sentences
      self.code = code
    }
  }

  // MARK: What was asked for

  var isJSON: Bool { arguments.has("json") }

  /// Whether a person may be asked something.
  var canAsk: Bool { streams.canAsk && !isJSON }

  var now: Int64 { surroundings.field.now() }

  /// `--data`, else `$GRIDWALK_DATA`, else `$XDG_DATA_HOME/gridwalk`.
  var directory: DataDirectory {
    DataDirectory.chosen(option: arguments.value("data")) { streams.environment[$0] }
  }

  func openStore() throws -> FieldStore {
    let store = try FieldStore(directory: directory, environment: surroundings.field)
    if !isJSON, !isAtHome, let note = try store.wipeNote() {
      streams.inform(.deviceWiped(LocalTime.dateAndTime(note.wipedAt), by: note.by))
    }
    return store
  }

  /// The store for a command that only reads: on a disk without any room it is
  /// opened without writing.
  func openStoreForReading() throws -> FieldStore {
    do { return try openStore() } catch {
      guard let error = error as? FieldError, isStorageFull(error) else { throw error }
      do {
        let store = try FieldStore(reading: directory, environment: surroundings.field)
        if !isJSON { streams.inform(.storageFullReading(free: freeText)) }
        return store
      } catch {
        throw Failure(.storageFullUnreadable(free: freeText), code: .failure)
      }
    }
  }

  /// Whether an error comes from a disk without room; SQLite calls some of them I/O errors.
  func isStorageFull(_ error: FieldError) -> Bool {
    if error == .storageFull { return true }
    let free = surroundings.freeBytes(directory.path)
    return error == .inputOutput && (free ?? .max) < HealthCheck.noRoom
  }

  /// How much is free where the data lies, for people.
  var freeText: String? {
    surroundings.freeBytes(directory.path).map { "\($0 / 1000) KB" }
  }

  /// An error of the store in words, with what only this run knows.
  func failure(explaining error: FieldError) -> Failure {
    guard isStorageFull(error) else { return Failure(explaining: error) }
    let isReading = ["find", "list", "show", "history", "conflicts", "forms", "doctor", nil]
      .contains(arguments.command.first)
    return Failure(
      isReading ? .storageFullUnreadable(free: freeText) : .storageFull(free: freeText),
      code: .failure)
  }

  func reader() throws -> any LineReader { try surroundings.reader(for: streams) }

  func operand(_ position: Int) throws -> String {
    guard let value = arguments.operand(position) else {
      // The command table requires it, so parsing has refused this before.
      throw Failure([], code: .usage)
    }
    return value
  }

  func positive(_ option: String, default standard: Int) throws -> Int {
    guard let text = arguments.value(option) else { return standard }
    guard let number = Int(text), number > 0 else {
      throw Failure(.numberMalformed(option, text), code: .usage)
    }
    return number
  }

  // MARK: What is said

  func said(_ sentence: Sentence) -> String { sentence.text(in: streams.language) }

  /// A value of JSON for programs, or a sentence for people.
  func say(_ sentence: Sentence, json: FieldValue) throws {
    if isJSON { try result(json) } else { streams.inform(sentence) }
  }

  func result(_ json: FieldValue) throws {
    try streams.result(String(decoding: WireJSON.encode(json), as: UTF8.self))
  }

  /// Rows on a terminal, tab-separated values elsewhere, JSON when asked for.
  func show(_ table: Table, empty: Sentence, json: @autoclosure () -> FieldValue) throws {
    if isJSON { return try result(json()) }
    if table.isEmpty {
      streams.inform(empty)
    } else if streams.isOutputTerminal {
      try streams.results(table.lines(width: streams.width))
    } else {
      try streams.results(table.tabSeparatedLines())
    }
  }

  // MARK: Running

  func perform() throws {
    switch arguments.command {
    case []: try home()
    case ["enroll"]: try enroll()
    case ["sync"]: try sync()
    case ["new"]: try new()
    case ["report"]: try report()
    case ["diary"]: try diary()
    case ["household"]: try household()
    case ["edit"]: try edit()
    case ["show"]: try show()
    case ["list"]: try list()
    case ["find"]: try find()
    case ["history"]: try history()
    case ["undo"]: try undo()
    case ["queue"]: try queue()
    case ["conflicts"]: try conflicts()
    case ["resolve"]: try resolve()
    case ["forms", "list"]: try listForms()
    case ["forms", "check"]: try checkForm()
    case ["forms", "drive"]: try driveForm()
    case ["drafts", "list"]: try listDrafts()
    case ["drafts", "show"]: try showDraft()
    case ["drafts", "resume"]: try resumeDraft()
    case ["drafts", "delete"]: try deleteDraft()
    case ["bundle"]: try bundle()
    case ["doctor"]: try examine()
    case ["completion"]: try writeCompletion()
    default: try streams.raw(ManPage(ClientTable.table, language: streams.language).text())
    }
  }

  /// Runs one command line.
  ///
  /// - Parameters:
  ///   - words: the arguments without the program's own name.
  ///   - isAtHome: whether the home screen goes on after it.
  static func run(
    _ words: [String], streams: Streams, surroundings: Surroundings, isAtHome: Bool = false
  ) -> ExitCode {
    var streams = streams
    if let wanted = Language.chosen(in: words) { streams = streams.speaking(wanted) }
    do {
      let table = ClientTable.table
      let arguments: ParsedArguments
      do throws(UsageFault) { arguments = try Arguments.parse(words, table) } catch {
        throw Failure(.usage(error, program: table.program), code: .usage)
      }
      if arguments.has("help") {
        let help = Help(table, language: streams.language, width: streams.width)
        try streams.raw(help.text(for: arguments.command))
      } else if arguments.has("version") {
        try streams.result("\(table.program) \(table.version)")
      } else {
        let client = Client(
          streams: streams, arguments: arguments, surroundings: surroundings, isAtHome: isAtHome)
        do { try client.perform() } catch let error as FieldError {
          throw client.failure(explaining: error)
        }
      }
      return .ok
    } catch {
      let failure = Failure(explaining: error)
      failure.tell(on: streams, isJSON: words.prefix { $0 != "--" }.contains("--json"))
      return failure.code
    }
  }
}
