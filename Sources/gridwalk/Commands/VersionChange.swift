import CLI
import Domain
import FieldCore
import FormEngine
import Terminal

/// What happens to a draft that was begun under another version of its form.
///
/// Made by opening the draft under both versions; where the older one is not on
/// this device any more, new questions cannot be told from old ones.
struct VersionChange {
  /// An answer that has its place but does not do any more.
  struct Unfit {
    let label: String
    let shown: String
    let reason: Sentence
  }

  let from: String
  let to: String
  /// Answers without a place.
  let gone: [FormerAnswer]
  /// Labels of questions that are asked now and were not in the form before.
  let added: [String]
  let unfit: [Unfit]
  /// Whether there is anything that the person was not told before.
  let isNews: Bool

  /// No more of a kind than this are named.
  private static let mostNamed = 12

  /// - Parameters:
  ///   - content: the draft.
  ///   - former: the session of the draft under the older version, if that is known.
  ///   - session: the one under the present version.
  init(_ content: FormFilling.DraftContent, former: FormSession?, session: FormSession) {
    from = content.answers.version
    to = session.definition.version
    gone = Self.gone(content, former, session)
    let told = content.formerAnswers ?? []
    isNews = from != to || gone.contains { !told.contains($0) }
    added = former.map { Self.added($0.definition, session) } ?? []
    unfit = session.check().compactMap { fault in
      guard let question = try? session.question(fault.ref), !question.value.isEmpty else {
        // A question that is open is asked anyway.
        return nil
      }
      return Unfit(
        label: DisplayText.line(question.label), shown: AnswerShown.text(question),
        reason: AnswerWords.reason(for: fault, question))
    }
  }

  private static func gone(
    _ content: FormFilling.DraftContent, _ former: FormSession?, _ session: FormSession
  ) -> [FormerAnswer] {
    let known = Dictionary(
      (content.formerAnswers ?? []).map { ($0.ref, $0) }, uniquingKeysWith: { first, _ in first })
    let placed = Set(content.answers.answers.map(\.ref))
    var gone = (content.formerAnswers ?? []).filter { placed.contains($0.ref) }
    for answer in session.leftOver where content.isTyped(answer, former) {
      if let before = known[answer.ref] {
        if !gone.contains(before) { gone.append(before) }
        continue
      }
      // A question that the older version asks; without it the reference has to do.
      let question = former.flatMap { try? $0.question(answer.ref) }
      gone.append(
        FormerAnswer(
          ref: answer.ref, value: answer.value, label: question?.label,
          shown: question.map(AnswerShown.text)))
    }
    return gone
  }

  private static func added(_ former: FormDefinition, _ session: FormSession) -> [String] {
    let before = Set(former.nodes.map(\.path))
    return session.questions.filter { question in
      guard let manner = question.manner, manner != .nothing else { return false }
      return !before.contains(ChoiceWords.path(question.ref))
    }.map { DisplayText.line($0.label) }
  }

  /// The preview, line by line.
  var sentences: [Sentence] {
    var lines: [Sentence] = from == to ? [] : [.versionChanged(from: from, to: to)]
    if !gone.isEmpty {
      lines.append(.versionGone)
      lines += gone.map { .listed($0.sentence) }
    }
    if !added.isEmpty {
      lines.append(
        .versionAdded(
          Array(added.prefix(Self.mostNamed)), others: max(0, added.count - Self.mostNamed)))
    }
    if !unfit.isEmpty {
      lines.append(.versionUnfit)
      lines += unfit.prefix(Self.mostNamed).map {
        .listed(.answerUnfit($0.label, $0.shown, $0.reason))
      }
    }
    return lines
  }
}

extension FormFilling.DraftContent {
  /// Whether a person gave this answer: not a count of instances, and not what
  /// the older version computed.
  fileprivate func isTyped(_ answer: SavedAnswer, _ former: FormSession?) -> Bool {
    guard !answer.value.isEmpty, !answers.repeats.contains(where: { $0.ref == answer.ref }) else {
      return false
    }
    guard let former else { return true }
    let path = ChoiceWords.path(answer.ref)
    return former.definition.nodes.first { $0.path == path }?.questionType?.isVisible ?? true
  }
}
