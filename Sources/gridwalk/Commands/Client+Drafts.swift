import CLI
import Domain
import FieldCore
import FormEngine
import SyncProtocol
import Terminal

// Forms begun and not finished.

extension Client {
  func listDrafts() throws {
    let store = try openStoreForReading()
    let drafts = try store.drafts()
    var table = Table([
      .init(said(.columnID)), .init(said(.columnForm), isFlexible: true),
      .init(said(.columnAbout), isFlexible: true), .init(said(.columnChanged)),
    ])
    var json: [FieldValue] = []
    for draft in drafts {
      let (title, about) = (try title(of: draft.form, in: store), try about(draft, in: store))
      table.append([draft.id.short, title, about, shown(draft.updatedAt)])
      json.append(Self.json(draft, title: title, about: about))
    }
    try show(table, empty: .noDrafts, json: .array(json))
    if !isJSON { for draft in drafts { try tellOlder(draft, in: store) } }
  }

  /// Says when a draft holds what the form has no place for, or may soon.
  private func tellOlder(_ draft: Draft, in store: FieldStore) throws {
    guard let form = try store.form(draft.form) else { return }
    if form.version != draft.formVersion {
      streams.inform(.draftIsOlder(draft.id.short))
    } else if let former = try? content(of: draft).formerAnswers, !former.isEmpty {
      // One that cannot be read is told by `resume`.
      streams.inform(.draftHasFormer(draft.id.short, count: former.count))
    }
  }

  /// What a draft is about: the record it edits, the form's own name for what
  /// was answered, or else the first answer.
  private func about(_ draft: Draft, in store: FieldStore) throws -> String {
    if let record = try draft.record.flatMap({ try store.record($0)?.record }) {
      return record.title
    }
    guard try store.form(draft.form) != nil else { return "" }
    let definition = try definition(of: draft.form, in: store)
    let content: FormFilling.DraftContent
    do { content = try self.content(of: draft) } catch {
      // `resume` says so; the list goes on.
      return ""
    }
    let session = FormSession(
      restoring: content.answers, of: definition, environment: try formEnvironment(store))
    if let name = session.instanceName, !name.isEmpty { return name }
    let first = content.answers.answers.first { !$0.value.isEmpty && Digest(hex: $0.value) == nil }
    return first.map(AnswerWords.shown) ?? ""
  }

  static func json(_ draft: Draft, title: String? = nil, about: String? = nil) -> FieldValue {
    .object(members(draft, title: title, about: about))
  }

  private static func members(
    _ draft: Draft, title: String?, about: String?
  ) -> [String: FieldValue] {
    var members: [String: FieldValue] = [
      "id": .text(draft.id.text), "form": .text(draft.form),
      "record": .words(draft.record?.text),
      "current": .words(draft.current),
      "updatedAt": .integer(draft.updatedAt),
    ]
    if let title { members["title"] = .text(title) }
    if let about { members["about"] = .text(about) }
    return members
  }

  func resumeDraft() throws {
    let store = try openStore()
    if let text = arguments.operand(0) {
      return try resume(try draft(text, in: store), in: store)
    }
    guard let newest = try store.drafts().first else {
      throw Failure(.noDrafts, code: .notFound)
    }
    try resume(newest, in: store)
  }

  /// A draft's answers as they stand, with those that have lost their question.
  func showDraft() throws {
    let store = try openStoreForReading()
    let draft: Draft
    if let text = arguments.operand(0) {
      draft = try self.draft(text, in: store)
    } else if let newest = try store.drafts().first {
      draft = newest
    } else {
      throw Failure(.noDrafts, code: .notFound)
    }
    let (filling, change) = try filling(of: draft, try content(of: draft), in: store)
    let answered = filling.session.questions.filter { $0.manner != nil && !$0.value.isEmpty }
    guard !isJSON else {
      var json = try Self.members(
        draft, title: title(of: draft.form, in: store), about: about(draft, in: store))
      json["answers"] = .array(
        answered.map {
          FormerAnswer(ref: $0.ref, value: $0.value, label: $0.label).json
        })
      json["formerAnswers"] = .array(change.gone.map(\.json))
      return try result(.object(json))
    }
    var table = Table([
      .init(said(.columnQuestion), isFlexible: true), .init(said(.columnAnswer), isFlexible: true),
    ])
    for question in answered {
      let saved = SavedAnswer(ref: question.ref, value: question.value)
      let masked = AnswerWords.shown(saved)
      table.append([question.label, masked == question.value ? AnswerShown.text(question) : masked])
    }
    try show(table, empty: .draftEmpty, json: .null)
    for sentence in change.sentences { streams.inform(sentence) }
  }

  func deleteDraft() throws {
    let store = try openStore()
    let draft = try draft(try operand(0), in: store)
    try store.deleteDraft(draft.id)
    try say(.draftDeleted(draft.id.short), json: .object(["deleted": .text(draft.id.text)]))
  }

  private func draft(_ text: String, in store: FieldStore) throws -> Draft {
    let drafts = try store.drafts()
    if let kind = try self.kind(text, in: store),
      let newest = drafts.first(where: { $0.form == kind })
    {
      return newest
    }
    let found = drafts.filter { text.utf8.count >= 4 && $0.id.text.hasSuffix(text.lowercased()) }
    guard let first = found.first else {
      throw Failure(.draftUnknown(text, known: drafts.map(\.id.short)), code: .notFound)
    }
    guard found.count == 1 else { throw FieldError.ambiguous(found.map(\.id)) }
    return first
  }
}

/// A yes or no as people type it in either language.
enum YesNo {
  /// What a line says; nil for neither.
  static func read(_ line: String) -> Bool? {
    switch line.filter({ !$0.isWhitespace }).lowercased() {
    case "y", "yes", "是", "好", "1", "ｙ": true
    case "n", "no", "否", "不", "0", "ｎ": false
    default: nil
    }
  }
}
