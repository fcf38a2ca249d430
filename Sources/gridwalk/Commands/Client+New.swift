import CLI
import Domain
import FieldCore
import FormEngine
import SyncProtocol
import Terminal

// Making records: new, report, diary, household.

extension Client {
  func new() throws {
    try make(try operand(0), given: [])
  }

  func report() throws {
    let category = arguments.operand(0).map { [("category", $0)] } ?? []
    try make("event", given: category)
  }

  func diary() throws {
    let text = arguments.operands.joined(separator: " ")
    try make("diary", given: text.isEmpty ? [] : [("content", text)])
  }

  func household() throws {
    guard let text = arguments.operand(0) else { return try make("household", given: []) }
    try show(try openStoreForReading(), text)
  }

  /// Fills in a form from the command line, and from the person where that is
  /// not enough and somebody is there.
  func make(_ form: String, given: [(String, String)]) throws {
    let store = try openStore()
    let definition = try self.definition(of: form, in: store)
    let answers = try given + sets()
    if answers.isEmpty, !arguments.has("photo"), canAsk,
      try resumeUnfinished(definition, in: store)
    {
      return
    }
    let filling = FormFilling(
      store: store,
      session: FormSession(
        definition, environment: try formEnvironment(store), language: streams.language.rawValue))
    try fill(filling, answers: answers)
  }

  /// Takes the command line's answers, asks for the rest and saves.
  ///
  /// However it ends, whoever leaves or finds the disk full hears of the draft
  /// when there is one.
  func fill(_ filling: FormFilling, answers: [(String, String)]) throws {
    do { try begin(filling, answers: answers) } catch {
      guard filling.isDraftKept else { throw error }
      let kept = Sentence.draftKept(filling.draftID.short)
      switch error {
      case LineReaderEnd.interrupted: throw Failure(kept, code: .interrupted)
      case LineReaderEnd.endOfInput: throw Failure(kept, code: .ok)
      case let error as FieldError where isStorageFull(error):
        throw Failure(.storageFull(free: freeText), kept, code: .failure)
      default: throw error
      }
    }
  }

  private func begin(_ filling: FormFilling, answers: [(String, String)]) throws {
    try takePlace(filling)
    let refusals = try filling.apply(answers.map { (ref: $0.0, text: $0.1) })
    try filling.attach(arguments.values("photo"))
    let hasAnswers = !answers.isEmpty || arguments.has("photo") || arguments.has("at")
    let faults = filling.session.check()
    guard refusals.isEmpty else { throw Failure(refusals + open(faults, filling, refusals)) }
    if hasAnswers, faults.isEmpty { return try save(filling) }
    if canAsk { return try ask(filling) }
    guard hasAnswers else {
      throw Failure(
        .answersMissing(
          required: faults.map { AnswerWords.shortRef($0.ref) }), code: .invalid)
    }
    throw Failure(open(faults, filling, []))
  }

  /// What keeps a form from being saved, without what was refused already.
  func open(
    _ faults: [AnswerFault], _ filling: FormFilling, _ refused: [Refusal]
  ) -> [Refusal] {
    let known = Set(refused.map(\.ref))
    return faults.map { Refusal($0, label: filling.label(of: $0.ref)) }
      .filter { !known.contains($0.ref) }
  }

  /// Goes through the form with the person; saves at its end.
  func ask(_ filling: FormFilling) throws {
    let screen = FormScreen(filling: filling, reader: try reader(), streams: streams)
    switch try screen.run() {
    case .finished: try save(filling)
    case .left: streams.inform(.draftKept(filling.draftID.short))
    }
  }

  /// `--set question=value`, in order; `-` stands for lines of standard input.
  func sets() throws -> [(String, String)] {
    try arguments.values("set").flatMap { text in
      text == "-" ? try LocalFile.inputLines() : [text]
    }.map { text in
      guard let mark = text.firstIndex(of: "="), mark != text.startIndex else {
        throw Failure(.setMalformed(text), code: .usage)
      }
      return (String(text[..<mark]), String(text[text.index(after: mark)...]))
    }
  }

  /// `--at`, `--grid` and `--parent`.
  private func takePlace(_ filling: FormFilling) throws {
    if let text = arguments.value("at") {
      guard let fix = PositionText.typed(text) else {
        throw Failure(.positionMalformed(text), code: .usage)
      }
      try filling.place(fix)
    }
    if let parent = arguments.value("parent") { filling.parent = try filling.store.resolve(parent) }
    if let code = arguments.value("grid") { filling.grid = code }
  }

  // MARK: Forms

  /// The form of an id, as the centre sent it last.
  func definition(of id: String, in store: FieldStore) throws -> FormDefinition {
    guard let source = try store.form(id) else {
      if try store.device().device == nil { throw FieldError.notEnrolled }
      throw Failure(.formUnknown(id, known: try store.forms().map(\.id)), code: .notFound)
    }
    return try definition(reading: source)
  }

  /// A form as it was sent.
  func definition(reading source: FormSource) throws -> FormDefinition {
    let id = source.id
    do throws(FormFaults) {
      return try FormFile.read(
        Array(source.source.utf8), name: id, attachments: .texts(source.attachments))
    } catch {
      throw Failure(
        [.formUnreadable(id)]
          + error.faults.prefix(3).map { AnswerWords.sentence(for: $0, in: id) },
        code: .failure)
    }
  }

  /// What a form is called; its id where this device does not have it.
  func title(of form: String, in store: FieldStore) throws -> String {
    guard try store.form(form) != nil else { return form }
    return try definition(of: form, in: store).title(in: streams.language.rawValue)
  }

  func formEnvironment(_ store: FieldStore) throws -> FormEnvironment {
    let device = try store.device()
    var environment = Self.formEnvironment(surroundings)
    environment.deviceID = device.device?.text ?? ""
    environment.username = device.worker?.id ?? ""
    return environment
  }

  /// What a form may know of a machine that is nobody's.
  static func formEnvironment(_ surroundings: Surroundings) -> FormEnvironment {
    let field = surroundings.field
    return FormEnvironment(
      now: field.now, timeZoneOffsetSeconds: surroundings.timeZoneOffset(field.now()),
      makeUUID: {
        var draw = Draw(random: field.random)
        return UniqueID.v4(using: &draw).text
      },
      random: { Double(field.random() >> 11) / Double(1 << 53) })
  }

  /// Which of the five elements records of a kind are: what the kind's own form
  /// says, else the word itself.
  func element(
    of kind: String, _ definition: FormDefinition, _ store: FieldStore
  ) throws -> Element {
    let form =
      definition.id == kind
      ? definition : try store.form(kind) == nil ? nil : self.definition(of: kind, in: store)
    if let element = form?.settings["element"].flatMap({ Element(rawValue: $0) }) { return element }
    if let element = Element(rawValue: kind) { return element }
    // A form made elsewhere says nothing of the five elements: what it records is an object.
    guard let word = definition.settings["element"] else { return .object }
    guard let element = Element(rawValue: word) else {
      throw Failure(.elementUnknown(kind), code: .failure)
    }
    return element
  }
}

/// Injected random numbers as the standard library wants them.
private struct Draw: RandomNumberGenerator {
  let random: () -> UInt64
  mutating func next() -> UInt64 { random() }
}
