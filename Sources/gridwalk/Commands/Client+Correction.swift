import CLI
import Domain
import FieldCore
import FormEngine
import SyncProtocol

/// What somebody put right in a record, checked by the form of its kind.
struct Correction {
  /// The fields that are other than before.
  let fields: [String: FieldValue]
  /// References of the questions that were answered.
  let answered: Set<String>
}

extension Client {
  /// The form of a record's kind, holding its fields.
  func editing(_ record: Record, in store: FieldStore) throws -> FormFilling {
    let definition = try definition(of: record.kind, in: store)
    let session = FormSession(
      definition, editing: record.kind, entityID: record.id.text, fields: record.fields,
      environment: try formEnvironment(store), language: streams.language.rawValue)
    return FormFilling(store: store, session: session, record: record)
  }

  /// What answers come to in a record. Only these are checked: a record that was
  /// made under another form need not be whole under this one.
  ///
  /// - Throws: a failure with every answer that was refused.
  func correction(
    of record: Record, _ answers: [(String, String)], in store: FieldStore
  ) throws -> Correction {
    guard !answers.isEmpty else { return Correction(fields: [:], answered: []) }
    let filling = try editing(record, in: store)
    let refusals = try filling.apply(answers.map { (ref: $0.0, text: $0.1) })
    guard refusals.isEmpty else { throw Failure(refusals) }
    guard filling.pendingFiles.isEmpty else { throw Failure(.setTakesNoFile, code: .invalid) }
    let changes = try filling.changes(in: record.grid) {
      try element(of: $0, filling.definition, store)
    }
    for change in changes where change.record == record.id {
      if case .update(_, let fields) = change.work {
        return Correction(fields: fields, answered: filling.given)
      }
    }
    return Correction(fields: [:], answered: filling.given)
  }
}
