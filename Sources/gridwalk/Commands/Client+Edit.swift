import CLI
import FieldCore
import FormEngine

extension Client {
  /// Changes a record through the form of its kind.
  func edit() throws {
    let store = try openStore()
    let id = try store.resolve(try operand(0))
    guard let stored = try store.record(id) else { throw FieldError.recordUnknown(id) }
    guard stored.record.deleted != true else { throw FieldError.recordDeleted(id) }
    let definition = try definition(of: stored.record.kind, in: store)
    let session = FormSession(
      definition, editing: stored.record.kind, entityID: id.text, fields: stored.record.fields,
      environment: try formEnvironment(store), language: streams.language.rawValue)
    for answer in session.leftOver {
      streams.inform(.valueLeftAlone(AnswerWords.shortRef(answer.ref), AnswerWords.shown(answer)))
    }
    try fill(
      FormFilling(store: store, session: session, record: stored.record), answers: try sets())
  }
}
