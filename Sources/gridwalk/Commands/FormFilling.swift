import CLI
import Domain
import FieldCore
import FormEngine
import SyncProtocol

/// One form being filled in on this device: the answers, and what goes with
/// them into the record. How answers are read, which files belong to them, and
/// what it all comes to are extensions in files of their own.
final class FormFilling {
  let store: FieldStore
  let session: FormSession
  let choices: ChoiceWords
  /// The record being edited, as it was when the form was opened; nil for a new
  /// one.
  private(set) var record: Record?
  /// Its draft's identifier, whether it was saved or not.
  let draftID: UniqueID
  /// Photos that belong to no question.
  var photos: [Digest] = []
  /// Where it was, as the command line or a photo says.
  var position: Position?
  /// The grid asked for; nil to work it out.
  var grid: String?
  /// The record it will belong to.
  var parent: UniqueID?
  /// Questions the command line has answered: a screen need not ask them.
  var given: Set<String> = []
  /// Answers to questions that this version of the form does not have.
  var formerAnswers: [FormerAnswer] = []
  /// Whether its answers lie on the disk as a draft.
  private(set) var isDraftKept = false
  /// Files not yet in the photo folder: a command line that is refused leaves none there.
  var pendingFiles: [Digest: [UInt8]] = [:]
  /// What `position` reads as in the form, to notice when a person answers otherwise.
  var positionAnswer: String?

  var definition: FormDefinition { session.definition }

  init(
    store: FieldStore, session: FormSession, record: Record? = nil, draftID: UniqueID? = nil
  ) {
    self.store = store
    self.session = session
    self.record = record
    self.draftID = draftID ?? store.newID()
    choices = ChoiceWords(session, store)
  }

  // MARK: Drafts

  /// What a draft keeps besides the answers.
  struct DraftContent: Codable {
    var answers: SavedAnswers
    var photos: [String]
    var position: Position?
    var grid: String?
    var parent: UniqueID?
    /// The record as it was when the form was opened.
    var record: Record?
    /// Answers that the form has no place for any more.
    var formerAnswers: [FormerAnswer]?
  }

  /// Writes all answers to the disk.
  func saveDraft() throws {
    _ = try placeFiles(Array(pendingFiles.keys))
    let content = DraftContent(
      answers: session.savedAnswers, photos: photos.map(\.hex), position: position, grid: grid,
      parent: parent, record: record,
      formerAnswers: formerAnswers.isEmpty ? nil : formerAnswers)
    try store.saveDraft(
      Draft(
        id: draftID, form: definition.id, formVersion: definition.version,
        record: record?.id, language: session.language,
        answers: String(decoding: WireJSON.encode(content), as: UTF8.self),
        current: session.current),
      chosen: choices.unsaved)
    choices.saved()
    isDraftKept = true
  }

  /// Writes down which choices were taken, where no draft does.
  func saveChosen() throws {
    try store.noteChosen(choices.unsaved, in: definition.id)
    choices.saved()
  }

  /// Takes over what a draft keeps besides the answers.
  func restore(_ content: DraftContent) {
    isDraftKept = true
    photos = content.photos.compactMap { Digest(hex: $0) }
    grid = content.grid
    parent = content.parent
    record = content.record ?? record
    position = content.position
    positionAnswer = position.map { _ in geopoint?.value ?? "" }
  }
}
