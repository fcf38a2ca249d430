import CLI
import Domain
import FormEngine
import SyncProtocol

/// A form driven by a program: a command in, a reply out, each a JSON object.
///
/// Speaks the same operations as the project's driver of JavaRosa, so that one
/// script can lead both engines through a form (Tests/FormEngineTests/Oracle).
struct FormDrive {
  let environment: () -> FormEnvironment
  let language: Language
  private var session: FormSession?

  init(language: Language, environment: @escaping () -> FormEnvironment) {
    self.language = language
    self.environment = environment
  }

  /// The reply to one line.
  mutating func reply(to line: FormDriveLines.Line) -> FieldValue {
    do throws(FormDriveFault) {
      guard case .text(let bytes) = line else { throw .lineTooLong }
      var members = try perform(try FormDriveCommand(bytes))
      members["ok"] = true
      return .object(members)
    } catch {
      let words = error.sentences.map { $0.text(in: language) }.joined(separator: "\n")
      return .object(["ok": false, "error": .text(error.code), "message": .text(words)])
    }
  }

  private mutating func perform(
    _ command: FormDriveCommand
  ) throws(FormDriveFault) -> [String: FieldValue] {
    switch command.op {
    case "load":
      return try load(
        command.text("form"), language: command.optionalText("lang"),
        instance: command.optionalText("instance"))
    case "lang": return try speak(command.text("lang"))
    case "set": return try set(command.text("ref"), to: command.text("value"))
    case "check": return try check(command.text("ref"), command.text("value"))
    case "eval": return try evaluate(command.text("expr"), at: command.optionalText("ctx"))
    case "choices": return try choices(command.text("ref"))
    case "addRepeat": return try addRepeat(command.text("ref"))
    case "delRepeat": return try deleteRepeat(command.text("ref"))
    case "events": return ["events": .array(try open().everyStep.map(\.driveEvent))]
    case "dump": return ["nodes": .array(try open().nodeStates.map(\.driveNode))]
    case "validate": return try validate()
    case "finalize":
      try open().markFinished()
      return [:]
    case "xml": return ["xml": .text(try open().submission)]
    default: throw .unsupported(op: command.op)
    }
  }

  private func open() throws(FormDriveFault) -> FormSession {
    guard let session else { throw .noForm }
    return session
  }

  // MARK: Operations

  /// Begins a form; the one before stays open when this one cannot be read.
  @discardableResult
  mutating func load(
    _ path: String, language: String? = nil, instance: String? = nil
  ) throws(FormDriveFault) -> [String: FieldValue] {
    let definition = try Self.definition(in: path)
    if let language, definition.language(matching: language) == nil {
      throw .language(language, known: definition.languages)
    }
    session =
      try instance.map { (instance) throws(FormDriveFault) in
        try session(of: definition, in: instance, language: language)
      } ?? FormSession(definition, environment: environment(), language: language)
    return [
      "formId": .text(definition.id), "title": .text(definition.title()),
      "version": .text(definition.version),
      "languages": .texts(definition.languages.filter { !$0.isEmpty }),
    ]
  }

  /// A submission opened again.
  private func session(
    of definition: FormDefinition, in path: String, language: String?
  ) throws(FormDriveFault) -> FormSession {
    let bytes: [UInt8]
    do throws(Client.Failure) { bytes = try LocalFile.read(path) } catch { throw .file(error) }
    do throws(FormFaults) {
      return try FormSession(
        submission: bytes, of: definition, environment: environment(), language: language)
    } catch { throw .form(error, path: path) }
  }

  private static func definition(in path: String) throws(FormDriveFault) -> FormDefinition {
    let bytes: [UInt8]
    do throws(Client.Failure) { bytes = try LocalFile.read(path) } catch { throw .file(error) }
    do throws(FormFaults) {
      return try FormFile.read(
        bytes, name: LocalFile.stem(of: path), attachments: LocalFile.attachments(beside: path))
    } catch { throw .form(error, path: path) }
  }

  private func speak(_ wanted: String) throws(FormDriveFault) -> [String: FieldValue] {
    let session = try open()
    guard session.definition.language(matching: wanted) != nil else {
      throw .language(wanted, known: session.definition.languages)
    }
    session.language = wanted
    return [:]
  }

  private func set(
    _ ref: String, to value: String
  ) throws(FormDriveFault) -> [String: FieldValue] {
    let session = try open()
    do throws(AnswerFault) {
      guard try session.isAsked(ref) else {
        try session.put(ref, value)
        return ["result": "set-no-control"]
      }
      try session.set(ref, to: value)
      return ["result": "ok"]
    } catch {
      switch error.code {
      case .required, .constraint: return ["result": .text(error.code.driveName)]
      case .notAChoice: return try put(ref, value, in: session)
      default: throw .answer(error)
      }
    }
  }

  /// What no list offers is taken, as JavaRosa takes it: whether it may stay is a
  /// matter for whoever finishes the form.
  private func put(
    _ ref: String, _ value: String, in session: FormSession
  ) throws(FormDriveFault) -> [String: FieldValue] {
    do throws(AnswerFault) {
      guard try session.satisfiesConstraint(ref, value) else { return ["result": "constraint"] }
      try session.put(ref, value)
      return ["result": "ok"]
    } catch { throw .answer(error) }
  }

  private func check(
    _ ref: String, _ value: String
  ) throws(FormDriveFault) -> [String: FieldValue] {
    let session = try open()
    do throws(AnswerFault) {
      return ["constraint": .bool(try session.satisfiesConstraint(ref, value))]
    } catch { throw .answer(error) }
  }

  private func choices(_ ref: String) throws(FormDriveFault) -> [String: FieldValue] {
    let session = try open()
    do throws(AnswerFault) {
      let choices = try session.question(ref).choices
      return ["choices": .array(choices.map { .texts([$0.name, $0.label]) })]
    } catch { throw .answer(error) }
  }

  private func addRepeat(_ ref: String) throws(FormDriveFault) -> [String: FieldValue] {
    let session = try open()
    do throws(AnswerFault) {
      return ["ref": .text(DriveReference.written(try session.addRepeat(ref)))]
    } catch {
      throw .answer(error)
    }
  }

  private func deleteRepeat(_ ref: String) throws(FormDriveFault) -> [String: FieldValue] {
    let session = try open()
    do throws(AnswerFault) { try session.dropInstance(ref) } catch { throw .answer(error) }
    return [:]
  }

  private func evaluate(
    _ expression: String, at ref: String?
  ) throws(FormDriveFault) -> [String: FieldValue] {
    let session = try open()
    do {
      return try session.inspect(expression, at: ref).driveMembers
    } catch let fault as AnswerFault {
      throw .answer(fault)
    } catch let fault as EvaluationFault {
      throw .evaluation(fault)
    } catch let fault as FormFault {
      throw .expression(fault)
    } catch {
      throw .malformed
    }
  }

  private func validate() throws(FormDriveFault) -> [String: FieldValue] {
    let fault = try open().check().first {
      if case .notAChoice = $0.code { false } else { true }
    }
    guard let fault else { return ["valid": true] }
    return [
      "valid": false, "outcome": .text(fault.code.driveName),
      "ref": .text(DriveReference.written(fault.ref)),
    ]
  }
}

/// One command: its name and what came with it.
struct FormDriveCommand {
  let op: String
  private let members: [String: FieldValue]

  init(_ line: [UInt8]) throws(FormDriveFault) {
    do {
      members = try WireJSON.decode([String: FieldValue].self, from: line)
    } catch {
      throw .malformed
    }
    guard let op = members["op"]?.text else { throw .malformed }
    self.op = op
  }

  /// A member that has to be there.
  func text(_ name: String) throws(FormDriveFault) -> String {
    guard let text = try optionalText(name) else { throw .argument(name) }
    return text
  }

  /// A member that may be left out or null.
  func optionalText(_ name: String) throws(FormDriveFault) -> String? {
    switch members[name] {
    case nil, .null: return nil
    case .text(let text): return text
    default: throw .argument(name)
    }
  }
}
