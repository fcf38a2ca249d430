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

  /// What is stored of the choice that the text means.
  ///
  /// In this order: the name, the label, the initials, the only choice whose
  /// initials begin with it, the only one whose label holds it; then the label
  /// in another language of the form, whole or in part.
  static func name(_ text: String, _ question: Question, _ words: ChoiceWords) throws -> String {
    let choices = question.choices
    let wanted = HalfWidth.folded(text).lowercased()
    for name in [text, wanted] where choices.contains(where: { $0.name == name }) { return name }
    let labels = choices.map { [$0.label.lowercased()] }
    if let name = only(choices, { labels[$0].contains(wanted) }) { return name }
    if let name = only(choices, { initials(choices[$0]) == wanted }) { return name }
    var near = choices.indices.filter { initials(choices[$0])?.hasPrefix(wanted) ?? false }
    if near.isEmpty { near = choices.indices.filter { labels[$0][0].contains(wanted) } }
    guard near.isEmpty else { return try one(of: near, choices, text) }
    let others = words.otherLabels(of: question)
    let foreign = choices.map { (others[$0.name] ?? []).map { $0.lowercased() } }
    if let name = only(choices, { foreign[$0].contains(wanted) }) { return name }
    near = choices.indices.filter { foreign[$0].contains { $0.contains(wanted) } }
    guard near.isEmpty else { return try one(of: near, choices, text) }
    throw unknown(wanted, question, zip(labels, foreign).map { $0 + $1 })
  }

  private static func initials(_ choice: Question.Choice) -> String? {
    choice.columns[ChoiceWords.initialsColumn]
  }

  private static func only(_ choices: [Question.Choice], _ fits: (Int) -> Bool) -> String? {
    let found = choices.indices.filter(fits)
    return found.count == 1 ? choices[found[0]].name : nil
  }

  private static func one(of near: [Int], _ choices: [Question.Choice], _ text: String) throws
    -> String
  {
    if near.count == 1 { return choices[near[0]].name }
    let candidates = near.prefix(shownCandidates).map { "\(choices[$0].name) \(choices[$0].label)" }
    throw Client.Failure(
      .choiceAmbiguous(text, candidates, others: near.count - candidates.count), code: .invalid)
  }

  /// What to say of a text that no choice answers to: the nearest come first.
  private static func unknown(
    _ wanted: String, _ question: Question, _ labels: [[String]]
  ) -> Client.Failure {
    let distances = question.choices.indices.map { index in
      let choice = question.choices[index]
      let names = labels[index] + [choice.name] + [initials(choice)].compactMap { $0 }
      return names.map { Suggestion.distance(String(wanted.prefix(longestWord)), $0) }.min() ?? .max
    }
    let nearest = question.choices.indices.sorted { (distances[$0], $0) < (distances[$1], $1) }
      .prefix(shownCandidates).map { "\(question.choices[$0].name) \(question.choices[$0].label)" }
    return Client.Failure(
      .answerNotAChoice(nearest, others: question.choices.count - nearest.count), code: .invalid)
  }
}
