import Domain
import FieldCore
import FormEngine
import SyncProtocol

// What a form comes to: the records it makes and changes.

extension FormFilling {
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
    let files = try filesByRecord(of: entities)
    for (number, change) in entities.enumerated() {
      var fields = change.fields.merging(formerFields(of: change, entities)) { $1 }
      if !change.label.isEmpty { fields["label"] = .text(change.label) }
      let known = Set(record?.photos ?? [])
      let added = (files[change.ref] ?? []) + (number == 0 ? photos : [])
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

  /// Answers without a question, as fields of the record they belong to.
  private func formerFields(
    of change: EntityChange, _ all: [EntityChange]
  ) -> [String: FieldValue] {
    var fields: [String: FieldValue] = [:]
    for answer in formerAnswers where owner(of: answer.ref, all) == change.ref {
      fields[answer.field(inside: change.ref)] = .text(answer.value)
    }
    return fields
  }

  /// The record that a question belongs to: the innermost around it, else the first.
  private func owner(of ref: String, _ changes: [EntityChange]) -> String? {
    changes.map(\.ref).filter { ref.hasPrefix($0 + "/") }
      .max { $0.utf8.count < $1.utf8.count } ?? changes.first?.ref
  }

  /// Files that answer questions, by the record the question belongs to.
  private func filesByRecord(of changes: [EntityChange]) throws -> [String: [Digest]] {
    var files: [String: [Digest]] = [:]
    for question in session.questions where question.manner?.isFile == true {
      guard let digest = Digest(hex: question.value) else { continue }
      if let owner = owner(of: question.ref, changes) { files[owner, default: []].append(digest) }
    }
    for answer in formerAnswers {
      guard let digest = Digest(hex: answer.value), try store.hasPhotoFile(digest),
        let owner = owner(of: answer.ref, changes)
      else { continue }
      files[owner, default: []].append(digest)
    }
    return files
  }
}
