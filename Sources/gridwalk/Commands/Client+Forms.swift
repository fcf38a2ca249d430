import CLI
import Domain
import FieldCore
import FormEngine
import Glibc
import SyncProtocol
import Terminal

extension Client {
  func listForms() throws {
    let store = try openStoreForReading()
    var table = Table([
      .init(said(.columnForm)), .init(said(.columnTitle), isFlexible: true),
      .init(said(.columnVersion)),
    ])
    var json: [FieldValue] = []
    for source in try store.forms() {
      let title = try definition(of: source.id, in: store).title(in: streams.language.rawValue)
      table.append([source.id, title, source.version])
      json.append(
        .object([
          "id": .text(source.id), "title": .text(title), "version": .text(source.version),
        ]))
    }
    try show(table, empty: .noForms, json: .array(json))
  }

  /// Says every fault of a form's file with the cell it stands in.
  func checkForm() throws {
    let path = try operand(0)
    let bytes = try LocalFile.read(path)
    let form: FormDefinition
    do throws(FormFaults) {
      form = try FormFile.read(
        bytes, name: LocalFile.stem(of: path), attachments: LocalFile.attachments(beside: path))
    } catch {
      if isJSON {
        try result(.object(["faults": .array(error.faults.map(Self.json))]))
      }
      throw Failure(
        isJSON ? [] : error.faults.map { AnswerWords.sentence(for: $0, in: path) }, code: .invalid)
    }
    if !isJSON {
      for warning in form.warnings {
        streams.inform(.formWarning(AnswerWords.sentence(for: warning, in: path)))
      }
    }
    try say(
      .formSound(form.id, version: form.version, questions: form.questionCount),
      json: .object([
        "faults": .array([]), "warnings": .array(form.warnings.map(Self.json)),
        "id": .text(form.id), "version": .text(form.version),
        "questions": .count(form.questionCount),
      ]))
  }

  /// Lets a program fill in a form, line by line; ends with its input.
  func driveForm() throws {
    var drive = FormDrive(language: streams.language) { [surroundings] in
      Self.driveEnvironment(surroundings)
    }
    if let path = arguments.operand(0) {
      do throws(FormDriveFault) { try drive.load(path) } catch {
        throw Failure(error.sentences, code: error.code == "file-unreadable" ? .notFound : .invalid)
      }
    }
    var lines = FormDriveLines(read: surroundings.readInput)
    do {
      while let line = try lines.next() { try result(drive.reply(to: line)) }
    } catch LineReaderEnd.failed(let code) {
      throw Failure(.driveInputFailed(String(cString: strerror(code))), code: .failure)
    }
  }

  /// The world of a form that nobody fills in: the same device and worker every
  /// time, those of the project's driver of JavaRosa, so that replies can be compared.
  private static func driveEnvironment(_ surroundings: Surroundings) -> FormEnvironment {
    var environment = formEnvironment(surroundings)
    environment.deviceID = "jr:device"
    environment.username = "tester"
    environment.properties = ["email": "t@x", "phonenumber": "+0"]
    return environment
  }

  private static func json(_ fault: FormFault) -> FieldValue {
    .object([
      "sheet": .text(fault.sheet), "row": .count(fault.row), "column": .text(fault.column),
      "code": .text(fault.code.rawValue), "detail": .text(fault.detail),
    ])
  }
}
