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
    do {
      content = try WireJSON.decode(FormFilling.DraftContent.self, from: draft.answers.utf8)
    } catch {
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
    var members: [String: FieldValue] = [
      "id": .text(draft.id.text), "form": .text(draft.form),
      "record": .words(draft.record?.text),
      "current": .words(draft.current),
      "updatedAt": .integer(draft.updatedAt),
    ]
    if let title { members["title"] = .text(title) }
    if let about { members["about"] = .text(about) }
    return .object(members)
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

  /// Opens a draft where it was left: asks on a terminal, elsewhere takes the
  /// rest from the command line.
  func resume(_ draft: Draft, in store: FieldStore) throws {
    let filling = try filling(of: draft, in: store)
    let answers = try sets()
    try fill(filling, answers: answers)
  }

  private func filling(of draft: Draft, in store: FieldStore) throws -> FormFilling {
    let definition = try definition(of: draft.form, in: store)
    let content: FormFilling.DraftContent
    do {
      content = try WireJSON.decode(FormFilling.DraftContent.self, from: draft.answers.utf8)
    } catch {
      throw Failure(.draftUnreadable(draft.id.short), code: .failure)
    }
    let session = FormSession(
      restoring: content.answers, of: definition, environment: try formEnvironment(store))
    session.language = streams.language.rawValue
    let filling = FormFilling(
      store: store, session: session,
      record: try draft.record.flatMap { try store.record($0)?.record },
      draftID: draft.id)
    filling.restore(content)
    for answer in session.leftOver {
      streams.inform(.draftLeftOver(AnswerWords.shortRef(answer.ref), AnswerWords.shown(answer)))
    }
    return filling
  }

  /// Offers the last unfinished filling-in of a form; true when it was taken up.
  func resumeUnfinished(_ definition: FormDefinition, in store: FieldStore) throws -> Bool {
    let open = try store.drafts().first { $0.form == definition.id && $0.record == nil }
    guard let open else { return false }
    let title = DisplayText.line(definition.title(in: streams.language.rawValue))
    let when = LocalTime.relative(open.updatedAt, now: now)
    var prompt = said(.promptResume(title, when))
    if DisplayWidth.width(of: prompt) + 2 > streams.width {
      // The answer's signs stay whole on a line of their own.
      streams.inform(.unfinished(title, when))
      prompt = said(.promptGoOn)
    }
    let answer = try reader().read(LineQuestion(prompt))
    guard YesNo.read(answer) ?? true else { return false }
    try resume(open, in: store)
    return true
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
