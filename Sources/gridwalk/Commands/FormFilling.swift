import CLI
import Domain
import FieldCore
import FormEngine
import SyncProtocol
import Terminal

/// One form being filled in on this device: the answers, and what goes with
/// them into the record.
final class FormFilling {
  let store: FieldStore
  let session: FormSession
  /// The record being edited, as it was when the form was opened; nil for a new
  /// one.
  private(set) var record: Record?
  /// Its draft's identifier, whether it was saved or not.
  let draftID: UniqueID
  /// Photos that belong to no question.
  var photos: [Digest] = []
  /// Where it was, as the command line or a photo says.
  private(set) var position: Position?
  /// The grid asked for; nil to work it out.
  var grid: String?
  /// The record it will belong to.
  var parent: UniqueID?
  /// Questions the command line has answered: a screen need not ask them.
  var given: Set<String> = []
  /// Whether its answers lie on the disk as a draft.
  private(set) var isDraftKept = false
  /// Photos not yet in the photo folder: a command line that is refused leaves none there.
  private var pendingPhotos: [Digest: [UInt8]] = [:]
  /// What `position` reads as in the form, to notice when a person answers otherwise.
  private var positionAnswer: String?

  var definition: FormDefinition { session.definition }

  init(
    store: FieldStore, session: FormSession, record: Record? = nil, draftID: UniqueID? = nil
  ) {
    self.store = store
    self.session = session
    self.record = record
    self.draftID = draftID ?? store.newID()
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
  }

  /// Writes all answers to the disk.
  func saveDraft() throws {
    _ = try placePhotos(Array(pendingPhotos.keys))
    let content = DraftContent(
      answers: session.savedAnswers, photos: photos.map(\.hex), position: position, grid: grid,
      parent: parent, record: record)
    try store.saveDraft(
      Draft(
        id: draftID, form: definition.id, formVersion: definition.version,
        record: record?.id, language: session.language,
        answers: String(decoding: WireJSON.encode(content), as: UTF8.self),
        current: session.current))
    isDraftKept = true
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

  // MARK: Answers

  /// Gives answers by name, in an order that makes each of them relevant when
  /// there is one.
  func apply(_ answers: [(ref: String, text: String)]) throws {
    var waiting = answers
    while !waiting.isEmpty {
      var postponed: [(ref: String, text: String)] = []
      var reason: AnswerFault?
      for answer in waiting {
        do {
          try set(answer.ref, to: answer.text)
          given.insert(try session.question(answer.ref).ref)
        } catch let fault as AnswerFault where fault.code == .notRelevant {
          postponed.append(answer)
          reason = reason ?? fault
        }
      }
      if let reason, postponed.count == waiting.count { throw reason }
      waiting = postponed
    }
  }

  /// Gives one answer as a person writes it: a choice by its label or initials,
  /// a photo by its file, a position as `LAT,LON[,ACC]`.
  func set(_ ref: String, to text: String) throws {
    let question = try question(ref)
    guard case .question(let type) = question.kind, !text.isEmpty else {
      return try session.set(ref, to: text)
    }
    let folded = HalfWidth.folded(text)
    switch type {
    case .selectOne:
      try session.set(ref, to: try ChoiceMatch.name(text, question, in: session))
    case .selectMultiple:
      let names = try text.split(whereSeparator: \.isWhitespace)
        .map { try ChoiceMatch.name(String($0), question, in: session) }
      try session.set(ref, to: names.joined(separator: " "))
    case .image: try session.set(ref, to: try addPhoto(text).hex)
    case .geopoint: try session.set(ref, to: PositionText.answer(folded) ?? folded)
    case .acknowledge: try session.set(ref, to: "OK")
    case .date, .dateTime: try session.set(ref, to: dateWord(text, type) ?? folded)
    case .integer, .decimal, .time: try session.set(ref, to: folded)
    case .text: try session.set(ref, to: try fitting(text, question.ref))
    default: try session.set(ref, to: text)
    }
  }

  /// The text, or the same at half width or with a capital X at its end where
  /// only that keeps the form's rule (numbers typed with a Chinese input method).
  private func fitting(_ text: String, _ ref: String) throws -> String {
    let folded = HalfWidth.folded(text)
    var forms = [text, folded]
    if folded.last == "x" { forms.append(folded.dropLast() + "X") }
    return try forms.first { try session.satisfiesConstraint(ref, $0) } ?? text
  }

  /// The question a reference means; makes the next instance of a repeat when
  /// the reference names exactly that.
  private func question(_ ref: String) throws -> Question {
    do {
      return try session.question(ref)
    } catch let fault where fault.code == .noSuchQuestion(nearest: []) {
      guard let end = ref.lastIndex(of: "]") else { throw fault }
      try session.addRepeat(String(ref[...end]))
      return try session.question(ref)
    }
  }

  /// 今天, 昨天, 现在 and their English words.
  private func dateWord(_ text: String, _ type: QuestionType) -> String? {
    let now = store.environment.now()
    switch text.lowercased() {
    case "今天", "today": return LocalTime.date(now)
    case "昨天", "yesterday": return LocalTime.date(now - 86_400_000)
    case "现在" where type == .dateTime, "now" where type == .dateTime:
      return LocalTime.date(now) + "T" + LocalTime.timeWithSeconds(now)
    default: return nil
    }
  }

  // MARK: Photos and position

  /// Takes a photo; it is kept with the draft or the record. Its position becomes the form's where none is known.
  func addPhoto(_ path: String) throws -> Digest {
    let bytes: [UInt8]
    let facts: PhotoFacts
    do throws(PhotoFault) {
      bytes = try PhotoFile.read(path: path)
      facts = try PhotoFile.inspect(bytes)
    } catch {
      throw Client.Failure(error, path: path)
    }
    let digest = SHA256.hash(bytes)
    pendingPhotos[digest] = bytes
    if position == nil, let found = facts.exif.position, geopoint?.value.isEmpty ?? true {
      let fix = Position(
        latitude: found.coordinate.latitude, longitude: found.coordinate.longitude,
        accuracy: found.errorMetres, source: .exif, at: facts.exif.gpsMilliseconds)
      if let fix { try place(fix) }
    }
    return digest
  }

  /// Puts photos into the photo folder; those that were not there before.
  func placePhotos(_ wanted: [Digest]) throws -> [Digest] {
    var placed: [Digest] = []
    for digest in wanted {
      guard let bytes = pendingPhotos[digest] else { continue }
      if try !store.hasPhotoFile(digest) { placed.append(digest) }
      _ = try store.addPhoto(bytes)
      pendingPhotos[digest] = nil
    }
    return placed
  }

  /// Adds photos, the first of them as answers to the questions that ask for one.
  func attach(_ paths: [String]) throws {
    for path in paths {
      let digest = try addPhoto(path)
      let open = session.questions.first { $0.kind == .question(.image) && $0.value.isEmpty }
      if let open {
        try session.set(open.ref, to: digest.hex)
        given.insert(open.ref)
      } else {
        photos.append(digest)
      }
    }
  }

  /// Says where it is; answers the form's first open question about it.
  func place(_ fix: Position) throws {
    position = fix
    guard let question = geopoint, !question.isReadonly else { return }
    try session.set(question.ref, to: PositionText.answer(fix))
    positionAnswer = geopoint?.value
  }

  private var geopoint: Question? {
    session.questions.first { $0.kind == .question(.geopoint) }
  }

  /// Where the record is: what a person answered, else what was known before.
  var recordPosition: Position? {
    guard let question = geopoint else { return position }
    if question.value == positionAnswer { return position }
    return PositionText.position(question.value)
  }

  // MARK: What it comes to

  /// The changes it makes, the outer record first.
  ///
  /// An edit sets only the fields that were changed in it: others may have
  /// changed the rest meanwhile.
  func changes(in grid: String, element: (String) throws -> Element) throws -> [RecordChange] {
    // The register speaks the form's own language, whatever the worker reads:
    // labels of choices stand in computed names.
    let spoken = session.language
    session.language = definition.defaultLanguage
    defer { session.language = spoken }
    session.markFinished()
    let lane = definition.settings["lane"].flatMap { Lane(rawValue: $0) }
    var ids: [String: UniqueID] = [:]
    var changes: [RecordChange] = []
    let entities = try session.entityChanges()
    let images = imagesByRecord(of: entities)
    for (number, change) in entities.enumerated() {
      var fields = change.fields
      if !change.label.isEmpty { fields["label"] = .text(change.label) }
      let known = Set(record?.photos ?? [])
      let added = (images[change.ref] ?? []) + (number == 0 ? photos : [])
      let fresh = added.filter { !known.contains($0.hex) }
      if let text = change.entityID, let id = UniqueID(text) {
        ids[change.ref] = id
        let update = try update(id, fields, isFirst: number == 0, fresh)
        if let update { changes.append(update) }
      } else {
        let id = store.newID()
        ids[change.ref] = id
        let record = Record(
          id: id, element: try element(change.list), kind: change.list, grid: grid,
          parent: change.parentRef.flatMap { ids[$0] } ?? (number == 0 ? parent : nil),
          fields: fields, position: number == 0 ? recordPosition : nil)
        changes.append(.create(record, photos: fresh, lane: lane))
      }
    }
    return changes
  }

  private func update(
    _ id: UniqueID, _ fields: [String: FieldValue], isFirst: Bool, _ photos: [Digest]
  ) throws -> RecordChange? {
    guard let present = try store.record(id)?.record else { throw FieldError.recordUnknown(id) }
    let seen = record.flatMap { $0.id == id ? $0 : nil }
    let before = seen ?? present
    let changed = fields.filter { before.fields[$0.key] ?? .null != $0.value }
    var change = RecordChange(.update(id, fields: changed), photos: photos)
    change.seenVersion = seen?.version
    if isFirst, let place = recordPosition, !PositionText.isSame(place, before.position) {
      change.position = place
    }
    if isFirst, let grid, grid != before.grid { change.grid = grid }
    let isEmpty =
      changed.isEmpty && photos.isEmpty && change.position == nil && change.grid == nil
    return isEmpty ? nil : change
  }

  /// Photos that answer questions, by the record the question belongs to.
  private func imagesByRecord(of changes: [EntityChange]) -> [String: [Digest]] {
    var images: [String: [Digest]] = [:]
    for question in session.questions where question.kind == .question(.image) {
      guard let digest = Digest(hex: question.value) else { continue }
      let owner = changes.map(\.ref).filter { question.ref.hasPrefix($0 + "/") }
        .max { $0.utf8.count < $1.utf8.count }
      if let owner { images[owner, default: []].append(digest) }
    }
    return images
  }
}
