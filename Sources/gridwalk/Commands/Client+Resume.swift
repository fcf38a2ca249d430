import CLI
import Domain
import FieldCore
import FormEngine
import SyncProtocol
import Terminal

// Going on with a draft, under whatever version of its form is here now.

extension Client {
  /// Opens a draft where it was left: asks on a terminal, elsewhere takes the
  /// rest from the command line.
  ///
  /// When the form has changed meanwhile, what that means is shown and asked
  /// first; whoever says no keeps the draft as it is.
  func resume(_ draft: Draft, in store: FieldStore) throws {
    let content = try content(of: draft)
    let (filling, change) = try filling(of: draft, content, in: store)
    if change.isNews, !isJSON {
      for sentence in change.sentences { streams.inform(sentence) }
      if canAsk, try !confirm(.promptVersion, otherwise: true) {
        return streams.inform(.draftKept(draft.id.short))
      }
    }
    filling.formerAnswers = change.gone
    try fill(filling, answers: try sets())
  }

  /// Asks a yes-or-no question; Enter alone answers what stands in capitals.
  func confirm(_ sentence: Sentence, otherwise: Bool) throws -> Bool {
    while true {
      let answer = try reader().read(LineQuestion(said(sentence)))
      if PromptAnswer(answer) == .keep { return otherwise }
      if PromptAnswer(answer) == .leave || PromptAnswer(answer) == .back { return false }
      if let flag = YesNo.read(answer) { return flag }
      streams.inform(.answerYesOrNo)
    }
  }

  func content(of draft: Draft) throws -> FormFilling.DraftContent {
    do {
      return try WireJSON.decode(FormFilling.DraftContent.self, from: draft.answers.utf8)
    } catch {
      throw Failure(.draftUnreadable(draft.id.short), code: .failure)
    }
  }

  func filling(
    of draft: Draft, _ content: FormFilling.DraftContent, in store: FieldStore
  ) throws -> (FormFilling, VersionChange) {
    let former = try formerSession(draft, content, in: store)
    // What is new in the form begins with its default.
    let session = FormSession(
      restoring: content.answersToRestore, of: try definition(of: draft.form, in: store),
      environment: try formEnvironment(store),
      known: former.map { Set($0.definition.nodes.map(\.path)) })
    session.language = streams.language.rawValue
    let filling = FormFilling(
      store: store, session: session,
      record: try draft.record.flatMap { try store.record($0)?.record },
      draftID: draft.id)
    filling.restore(content)
    return (filling, VersionChange(content, former: former, session: session))
  }

  /// The draft under the version it was begun with; nil when that is the present
  /// one, or is not on this device.
  private func formerSession(
    _ draft: Draft, _ content: FormFilling.DraftContent, in store: FieldStore
  ) throws -> FormSession? {
    guard let source = try store.formerForm(draft.form, version: draft.formVersion) else {
      return nil
    }
    let definition = try definition(reading: source)
    let session = FormSession(
      restoring: content.answers, of: definition, environment: try formEnvironment(store))
    session.language = streams.language.rawValue
    return session
  }

  /// Offers the last unfinished filling-in of a form; true when it was taken up.
  func resumeUnfinished(_ definition: FormDefinition, in store: FieldStore) throws -> Bool {
    let open = try store.drafts().first { $0.form == definition.id && $0.record == nil }
    guard let open else { return false }
    let title = DisplayText.line(definition.title(in: streams.language.rawValue))
    let when = LocalTime.relative(open.updatedAt, now: now)
    var prompt = Sentence.promptResume(title, when)
    if DisplayWidth.width(of: said(prompt)) + 2 > streams.width {
      // The answer's signs stay whole on a line of their own.
      streams.inform(.unfinished(title, when))
      prompt = .promptGoOn
    }
    guard try confirm(prompt, otherwise: true) else { return false }
    try resume(open, in: store)
    return true
  }
}
