import CLI
import FormEngine
import Terminal

/// Finds the choice a person means by its name, its label or the initials of
/// its pinyin. Unlike a picker it takes no number in a list, because a script
/// sees no list.
enum ChoiceMatch {
  private static let shownCandidates = 8
  /// Only so much of what was typed is compared; the work grows with its length.
  private static let longestWord = 64

  /// The column of a choice list that holds pinyin initials.
  static let initialsColumn = "py"

  /// What is stored of the choice that the text means.
  ///
  /// In this order: the name, the label in any language of the form, the
  /// initials, then the only choice whose initials begin with it, or else whose
  /// label holds it.
  static func name(_ text: String, _ question: Question, in session: FormSession) throws -> String {
    let choices = question.choices
    let wanted = HalfWidth.folded(text).lowercased()
    for name in [text, wanted] where choices.contains(where: { $0.name == name }) { return name }
    let others = otherLabels(of: question, in: session)
    let labels = choices.map { choice in
      ([choice.label] + (others[choice.name] ?? [])).map { $0.lowercased() }
    }
    let labelled = choices.indices.filter { labels[$0].contains(wanted) }
    if labelled.count == 1 { return choices[labelled[0]].name }
    let exact = choices.filter { $0.columns[initialsColumn] == wanted }
    if exact.count == 1 { return exact[0].name }
    var near = choices.filter { $0.columns[initialsColumn]?.hasPrefix(wanted) ?? false }
    if near.isEmpty {
      near = choices.indices.filter { labels[$0].contains { $0.contains(wanted) } }
        .map { choices[$0] }
    }
    if near.count == 1 { return near[0].name }
    guard near.count > 1 else { throw unknown(wanted, question, labels) }
    let candidates = near.prefix(shownCandidates).map { "\($0.name) \($0.label)" }
    throw Client.Failure(
      .choiceAmbiguous(text, candidates, others: near.count - candidates.count), code: .invalid)
  }

  /// What to say of a text that no choice answers to: the nearest come first.
  private static func unknown(
    _ wanted: String, _ question: Question, _ labels: [[String]]
  ) -> Client.Failure {
    let distances = question.choices.indices.map { index in
      let names =
        labels[index] + [question.choices[index].name]
        + [question.choices[index].columns[initialsColumn]].compactMap { $0 }
      return names.map { Suggestion.distance(String(wanted.prefix(longestWord)), $0) }.min() ?? .max
    }
    let nearest = question.choices.indices.sorted { (distances[$0], $0) < (distances[$1], $1) }
      .prefix(shownCandidates).map { "\(question.choices[$0].name) \(question.choices[$0].label)" }
    return Client.Failure(
      .answerRefused(
        AnswerWords.shortRef(question.ref),
        .answerNotAChoice(nearest, others: question.choices.count - nearest.count)),
      code: .invalid)
  }

  /// The labels of a question's choices in the form's other languages, by name.
  private static func otherLabels(
    of question: Question, in session: FormSession
  ) -> [String: [String]] {
    let spoken = session.language
    defer { session.language = spoken }
    var found: [String: [String]] = [:]
    for language in session.definition.languages where language != spoken {
      session.language = language
      // The question is there: it was just asked.
      guard let other = try? session.question(question.ref) else { continue }
      for choice in other.choices { found[choice.name, default: []].append(choice.label) }
    }
    return found
  }

  /// The choices as a picker lists them.
  static func picker(_ question: Question, in session: FormSession) -> Picker {
    let others = otherLabels(of: question, in: session)
    return Picker(
      question.choices.map {
        Choice(
          value: $0.name, label: $0.label,
          initials: $0.columns[initialsColumn].map { [$0] } ?? [],
          otherLabels: others[$0.name] ?? [])
      })
  }
}
