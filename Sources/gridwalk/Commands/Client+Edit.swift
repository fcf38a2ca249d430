import CLI
import FieldCore

extension Client {
  /// Changes a record through the form of its kind.
  func edit() throws {
    let store = try openStore()
    let id = try store.resolve(try operand(0))
    guard let stored = try store.record(id) else { throw FieldError.recordUnknown(id) }
    guard stored.record.deleted != true else { throw FieldError.recordDeleted(id) }
    let filling = try editing(stored.record, in: store)
    for answer in filling.session.leftOver {
      streams.inform(.valueLeftAlone(AnswerWords.shortRef(answer.ref), AnswerWords.shown(answer)))
    }
    try fill(filling, answers: try sets())
  }
}
