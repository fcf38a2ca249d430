import Database
import Domain
import SyncProtocol

/// A form somebody is filling in, saved at every answer.
public struct Draft: Sendable, Hashable {
  /// Identifier.
  public var id: UniqueID
  /// The form.
  public var form: String
  /// The form's version the answers were given to.
  public var formVersion: String
  /// The record it edits; nil for a new one.
  public var record: UniqueID?
  /// The language it is asked in.
  public var language: String?
  /// The answers, as the form session writes them (JSON).
  public var answers: String
  /// The question it stands on.
  public var current: String?
  /// When it was last saved, by the device's clock.
  public var updatedAt: Int64

  /// A draft as given.
  public init(
    id: UniqueID, form: String, formVersion: String, record: UniqueID? = nil,
    language: String? = nil, answers: String, current: String? = nil, updatedAt: Int64 = 0
  ) {
    self.id = id
    self.form = form
    self.formVersion = formVersion
    self.record = record
    self.language = language
    self.answers = answers
    self.current = current
    self.updatedAt = updatedAt
  }

  static let columns: SQL =
    "id, form, form_version, record, language, answers, current, updated_at"

  init(_ row: Row) throws {
    self.init(
      id: try Column.id(row.text(0)), form: try row.text(1), formVersion: try row.text(2),
      record: try row.optionalText(3).map(Column.id), language: try row.optionalText(4),
      answers: try row.text(5), current: try row.optionalText(6), updatedAt: try row.integer(7))
  }
}

extension FieldStore {
  /// An identifier for a new record or draft.
  public func newID() -> UniqueID { environment.newID() }

  /// Saves a draft; it is on the disk when this returns. `updatedAt` is set to
  /// the clock.
  ///
  /// - Parameter chosen: what was chosen for its answers, to be offered first.
  public func saveDraft(_ draft: Draft, chosen: [ChosenChoice] = []) throws(FieldError) {
    try transaction {
      try keep(chosen, in: draft.form)
      try connection.run(
        """
        INSERT OR REPLACE INTO draft (\(Draft.columns))
        VALUES (\(draft.id.text), \(draft.form), \(draft.formVersion), \(draft.record?.text),
          \(draft.language), \(draft.answers), \(draft.current), \(environment.now()))
        """)
    }
  }

  /// The draft of this identifier; nil when none.
  public func draft(_ id: UniqueID) throws(FieldError) -> Draft? {
    try worded {
      try connection.row(
        "SELECT \(Draft.columns) FROM draft WHERE id = \(id.text)", Draft.init)
    }
  }

  /// All drafts, the last saved first.
  public func drafts() throws(FieldError) -> [Draft] {
    try worded {
      try connection.rows(
        "SELECT \(Draft.columns) FROM draft ORDER BY updated_at DESC, id DESC", Draft.init)
    }
  }

  /// Forgets a draft; one that is not there is no error.
  public func deleteDraft(_ id: UniqueID) throws(FieldError) {
    try transaction {
      try connection.run("DELETE FROM draft WHERE id = \(id.text)")
      try dropFormerForms()
    }
  }
}
