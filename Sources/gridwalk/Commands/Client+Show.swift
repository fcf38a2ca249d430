import CLI
import Domain
import FieldCore
import FormEngine
import SyncProtocol
import Terminal

extension Client {
  func show() throws {
    try show(try openStoreForReading(), try operand(0))
  }

  /// One record with its members, numbers masked.
  func show(_ store: FieldStore, _ text: String) throws {
    let id = try store.resolve(text)
    guard let stored = try store.record(id) else { throw FieldError.recordUnknown(id) }
    let members = try store.children(of: id)
    let conflicts = try store.conflicts(of: id)
    let state = try standing(of: id, in: store)
    if isJSON {
      var json = Self.json(stored.record)
      json["state"] = .text(state.word)
      json["members"] = .array(
        members.map {
          .object([
            "id": .text($0.id.text), "kind": .text($0.kind), "title": .text($0.title),
          ])
        })
      json["conflicts"] = .array(conflicts.map { .object(Self.json($0)) })
      return try result(.object(json))
    }
    try streams.results(lines(of: stored.record, state, in: store))
    if !members.isEmpty {
      try streams.result("")
      try show(try table(of: members, in: store), empty: .nothingFound(""), json: .null)
    }
    guard !conflicts.isEmpty else { return }
    let words = try ConflictWords(id, self, in: store)
    for field in Set(conflicts.map(\.conflict.field)).sorted() {
      streams.inform(.valueConflicts(DisplayText.line(words.label(of: field)), id: id.short))
    }
  }

  private static func json(_ record: Record) -> [String: FieldValue] {
    [
      "id": .text(record.id.text), "kind": .text(record.kind),
      "element": .text(record.element.rawValue), "grid": .text(record.grid),
      "parent": .words(record.parent?.text), "title": .text(record.title),
      "fields": .object(Masking.shown(record.fields)),
      "position": record.position.map(json) ?? .null,
      "photos": .array((record.photos ?? []).map { .text($0) }),
      "version": .integer(record.version), "deleted": .bool(record.deleted == true),
    ]
  }

  private static func json(_ position: Position) -> FieldValue {
    .object([
      "latitude": .decimal(position.latitude), "longitude": .decimal(position.longitude),
      "accuracy": position.accuracy.map { .decimal($0) } ?? .null,
      "source": .text(position.source.rawValue), "outside": .bool(position.outside == true),
    ])
  }

  /// Name and value by line, the names in the words of the kind's form.
  private func lines(of record: Record, _ state: Standing, in store: FieldStore) throws -> [String]
  {
    let wording = try FieldWords(record.kind, client: self, in: store)
    var rows: [(String, String)] = [
      (said(.columnID), record.id.text), (said(.columnKind), wording.title),
      (said(.columnGrid), record.grid), (said(.columnState), said(state.sentence)),
    ]
    if record.deleted == true { rows.append((said(.columnDeleted), said(.yes))) }
    if let parent = record.parent { rows.append((said(.columnParent), parent.short)) }
    for (name, value) in wording.ordered(Masking.shown(record.fields))
    where !(record.photos ?? []).contains(value) {
      rows.append((named(name), value))
    }
    if let position = record.position {
      let flag = position.outside == true ? " " + said(.outsideMark) : ""
      rows.append((said(.columnPosition), PositionText.shown(position) + flag))
    }
    if let photos = record.photos, !photos.isEmpty {
      let ids = photos.map { String($0.prefix(Self.shortDigest)) }
      rows.append((said(.columnPhoto), said(.photos(photos.count, ids))))
    }
    guard streams.isOutputTerminal else { return rows.map { "\($0.0)\t\(DisplayText.line($0.1))" } }
    return [DisplayText.line(record.title)]
      + rows.flatMap { name, value in wrapped(name, value) }
  }

  /// A field of an older form says that it is one.
  private func named(_ field: String) -> String {
    guard field.hasPrefix(FormerAnswer.fieldPrefix) else { return field }
    return said(.formerField(String(field.dropFirst(FormerAnswer.fieldPrefix.count))))
  }

  /// So many characters tell photos apart.
  static let shortDigest = 6

  private func wrapped(_ name: String, _ value: String) -> [String] {
    let head = "  \(DisplayText.line(name)): "
    let lines = DisplayWidth.wrap(
      head + DisplayText.line(value), width: max(20, streams.width))
    return lines.enumerated().map { $0.offset == 0 ? $0.element : "    " + $0.element }
      .flatMap { DisplayWidth.wrap($0, width: streams.width) }
  }

  /// How far the newest operation on a record has come; `received` where this
  /// device has done nothing to it.
  func standing(of id: UniqueID, in store: FieldStore) throws -> Standing {
    let items = try store.history(id)
    let refused = items.last { if case .refused = $0.state { true } else { false } }
    if items.contains(where: { $0.state == .waiting }) { return Standing(.waiting) }
    if items.contains(where: { $0.state == .sending }) { return Standing(.sending) }
    if let refused, try store.record(id)?.server == nil { return Standing(refused.state) }
    return Standing(.received)
  }
}

/// How far something has come, in a word for programs and one for people.
struct Standing {
  let word: String
  let code: String?
  let sentence: Sentence

  init(_ state: QueueState) {
    switch state {
    case .waiting: (word, code, sentence) = ("saved", nil, .stateSaved)
    case .sending: (word, code, sentence) = ("sending", nil, .stateSending)
    case .received: (word, code, sentence) = ("received", nil, .stateReceived)
    case .refused(let reason):
      (word, code, sentence) = (
        "refused", reason.rawValue, .stateRefused(.refusalMeaning(reason.rawValue))
      )
    }
  }
}

/// The words of a kind's form; where there is no form the names stand for
/// themselves.
struct FieldWords {
  let title: String
  private let labels: FieldLabels

  init(_ kind: String, client: Client, in store: FieldStore) throws {
    guard try store.form(kind) != nil else {
      title = kind
      labels = FieldLabels()
      return
    }
    let definition = try client.definition(of: kind, in: store)
    let language = client.streams.language.rawValue
    title = definition.title(in: language)
    labels = FieldLabels(definition, list: kind, language: language)
  }

  func ordered(_ fields: [String: FieldValue]) -> [(label: String, value: String)] {
    labels.ordered(fields)
  }
}
