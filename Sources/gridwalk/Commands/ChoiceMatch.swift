import CLI
import FormEngine
import Terminal

/// Finds the choice a person means by its name, its label or the initials of
/// its pinyin. Unlike a picker it takes no number in a list, because a script
/// sees no list.
enum ChoiceMatch {
  private static let shownCandidates = 8

  /// The column of a choice list that holds pinyin initials.
  static let initialsColumn = "py"

  /// What is stored of the choice that the text means.
  ///
  /// In this order: the name, the label, then the only choice whose initials
  /// begin with it or whose label holds it.
  static func name(_ text: String, _ question: Question) throws -> String {
    let choices = question.choices
    if choices.contains(where: { $0.name == text }) { return text }
    let wanted = text.lowercased()
    let labelled = choices.filter { $0.label.lowercased() == wanted }
    if labelled.count == 1 { return labelled[0].name }
    let exact = choices.filter { $0.columns[initialsColumn] == wanted }
    if exact.count == 1 { return exact[0].name }
    let near = choices.filter {
      $0.label.lowercased().contains(wanted)
        || ($0.columns[initialsColumn]?.hasPrefix(wanted) ?? false)
    }
    if near.count == 1 { return near[0].name }
    guard near.count > 1 else {
      throw AnswerFault(ref: question.ref, code: .notAChoice(allowed: choices.map(\.name)))
    }
    let candidates = near.prefix(shownCandidates).map { "\($0.name) \($0.label)" }
    throw Client.Failure(
      .choiceAmbiguous(text, candidates, others: near.count - candidates.count), code: .invalid)
  }

  /// The choices as a picker lists them.
  static func picker(_ question: Question) -> Picker {
    Picker(
      question.choices.map {
        Choice(
          value: $0.name, label: $0.label,
          initials: $0.columns[initialsColumn].map { [$0] } ?? [])
      })
  }
}
