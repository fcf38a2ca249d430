import FieldCore
import FormEngine
import Terminal

/// The choices of a form's lists as a person may name them: those taken last
/// first, and by their labels in the form's other languages.
///
/// Other languages are only looked up when the spoken one finds nothing: with a
/// list of thousands that is the difference between at once and a wait.
final class ChoiceWords {
  private let session: FormSession
  private let store: FieldStore
  private let listNames: [String: String]
  private var others: [String: [String: [String]]] = [:]
  private var times: [String: [String: Int64]] = [:]
  /// What was chosen and is not on the disk yet.
  private(set) var unsaved: [ChosenChoice] = []

  init(_ session: FormSession, _ store: FieldStore) {
    self.session = session
    self.store = store
    let definition = session.definition
    listNames = Dictionary(
      definition.controls.compactMap { control in
        guard let node = control.node, let list = control.choiceList else { return nil }
        return (definition.nodes[node].path, list)
      }, uniquingKeysWith: { first, _ in first })
  }

  /// The column of a choice list that holds pinyin initials.
  static let initialsColumn = "py"

  /// The choices as a picker lists them; the items of a ranking keep their order.
  func picker(_ question: Question) throws -> Picker {
    let times = question.manner == .order ? [:] : try recent(list(of: question))
    return Picker(
      question.choices.map {
        Choice(
          value: $0.name, label: $0.label,
          initials: $0.columns[Self.initialsColumn].map { [$0] } ?? [],
          lastChosen: times[$0.name])
      })
  }

  /// What a text means by labels in the form's other languages.
  func pickElsewhere(_ text: String, _ question: Question) -> Picker.Outcome {
    let labels = otherLabels(of: question)
    let named = question.choices.map { choice in
      Choice(value: choice.name, label: choice.label, otherLabels: labels[choice.name] ?? [])
    }
    return Picker(named).pick(text)
  }

  /// The labels of a question's choices in the form's other languages, by name.
  func otherLabels(of question: Question) -> [String: [String]] {
    let list = list(of: question)
    if let known = others[list], question.choices.allSatisfy({ known[$0.name] != nil }) {
      return known
    }
    var found = others[list] ?? [:]
    for choice in question.choices { found[choice.name] = [] }
    let spoken = session.language
    defer { session.language = spoken }
    for language in session.definition.languages where language != spoken {
      session.language = language
      // The question is there: it was just asked.
      guard let other = try? session.question(question.ref) else { continue }
      for choice in other.choices { found[choice.name, default: []].append(choice.label) }
    }
    others[list] = found
    return found
  }

  // MARK: What was taken last

  /// Notes what an answer chose; nothing is written before `saved()`.
  func take(_ names: [String], _ question: Question) throws {
    let list = list(of: question)
    var times = try recent(list)
    for name in names {
      unsaved.removeAll { $0.list == list && $0.name == name }
      unsaved.append(ChosenChoice(list: list, name: name))
      times[name] = max(store.environment.now(), 1 + (times.values.max() ?? 0))
    }
    self.times[list] = times
  }

  /// Says that what was taken is on the disk.
  func saved() { unsaved = [] }

  private func recent(_ list: String) throws -> [String: Int64] {
    if let known = times[list] { return known }
    let read = try store.chosen(form: session.definition.id, list: list)
    times[list] = read
    return read
  }

  /// The `list_name`; a question that somehow has none is a list of its own.
  private func list(of question: Question) -> String {
    let path = Self.path(question.ref)
    return listNames[path] ?? path
  }

  /// A reference without positions: `/data/member/name`.
  static func path(_ ref: String) -> String {
    ref.split(separator: "/").map { "/" + $0.prefix { $0 != "[" } }.joined()
  }
}
