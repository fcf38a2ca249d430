import CLI
import Domain
import FieldCore
import FormEngine
import SyncProtocol
import Terminal

extension Client {
  func listForms() throws {
    let store = try openStore()
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
    let name = path.split(separator: "/").last.map { $0.split(separator: ".").first ?? $0 }
    let form: FormDefinition
    do throws(FormFaults) {
      form = try XLSForm.read(bytes, name: name.map(String.init) ?? path)
    } catch {
      if isJSON {
        try result(.object(["faults": .array(error.faults.map(Self.json))]))
      }
      throw Failure(
        isJSON ? [] : error.faults.map { AnswerWords.sentence(for: $0, in: path) }, code: .invalid)
    }
    let questions = form.nodes.filter { $0.questionType?.isVisible == true }.count
    try say(
      .formSound(form.id, version: form.version, questions: questions),
      json: .object([
        "faults": .array([]), "id": .text(form.id), "version": .text(form.version),
        "questions": .count(questions),
      ]))
  }

  private static func json(_ fault: FormFault) -> FieldValue {
    .object([
      "sheet": .text(fault.sheet), "row": .count(fault.row), "column": .text(fault.column),
      "code": .text(fault.code.rawValue), "detail": .text(fault.detail),
    ])
  }
}
