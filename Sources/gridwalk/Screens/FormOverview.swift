import FormEngine
import Terminal

/// A form at a glance: a numbered outline of its groups, repeats and questions,
/// with what was answered and what is required and open.
struct FormOverview {
  /// One line of it.
  struct Entry: Equatable {
    /// From 1, in the order of the form.
    let number: Int
    let ref: String
    /// How far it is set in.
    let depth: Int
    let label: String
    /// The answer so far; empty for none.
    let value: String
    let isOpen: Bool
  }

  let entries: [Entry]

  /// Lines of one page: with a heading and the prompt a screen of 24 lines holds them.
  static let pageLength = 20

  /// - Parameter addition: what the prompt of a repeat is called.
  init(_ steps: [Question], addition: (String) -> String) {
    entries = steps.enumerated().map { place, step in
      var label = DisplayText.line(step.label)
      if case .instance(let number) = step.kind { label += " \(number)" }
      if case .addInstance = step.kind { label = addition(label) }
      let isOpen = step.manner != nil && step.isRequired && step.value.isEmpty && !step.isReadonly
      return Entry(
        number: place + 1, ref: step.ref, depth: step.depth, label: label,
        value: AnswerShown.text(step), isOpen: isOpen)
    }
  }

  var openCount: Int { entries.count(where: \.isOpen) }

  /// The entries whose label or answer holds a text, those by label first.
  func holding(_ text: String) -> [Entry] {
    let wanted = Self.folded(text)
    let labelled = entries.filter { Self.folded($0.label).contains(wanted) }
    return labelled.isEmpty
      ? entries.filter { Self.folded($0.value).contains(wanted) } : labelled
  }

  /// The next open required question behind an entry, from the front again at the end.
  func nextOpen(after ref: String) -> Entry? {
    let place = entries.firstIndex { $0.ref == ref } ?? -1
    return entries[(place + 1)...].first(where: \.isOpen) ?? entries.first(where: \.isOpen)
  }

  /// One line of at most so many columns; the present step is marked.
  static func line(_ entry: Entry, isPresent: Bool, width: Int) -> String {
    let number = DisplayWidth.pad("\(entry.number)", to: 4, alignment: .right)
    let mark = entry.isOpen ? "!" : isPresent ? ">" : " "
    let indent = String(repeating: " ", count: min(2 * entry.depth, width / 4))
    let value = entry.value.isEmpty ? "" : ": " + entry.value
    return DisplayWidth.truncate(number + mark + indent + entry.label + value, to: width)
  }

  private static func folded(_ text: String) -> String { HalfWidth.folded(text).lowercased() }
}
