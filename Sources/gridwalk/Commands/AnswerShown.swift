import CLI
import FormEngine
import Terminal

/// An answer as a person reads it on a screen.
enum AnswerShown {
  /// The answer so far on one line; empty when there is none.
  static func text(_ question: Question) -> String {
    guard !question.value.isEmpty, let manner = question.manner else { return "" }
    switch manner {
    case .one, .several: return labels(question).joined(separator: ", ")
    case .order: return labels(question).joined(separator: " > ")
    case .photo, .file: return String(question.value.prefix(shortDigest))
    case .position:
      return PositionText.position(question.value).map(PositionText.shown) ?? question.value
    case .path: return PositionText.shown(path: question.value)
    case .moment:
      // Seconds and zone are kept but not shown.
      return question.value.prefix(16).split(separator: "T").joined(separator: " ")
    case .number, .range:
      return question.value.hasSuffix(".0") ? String(question.value.dropLast(2)) : question.value
    case .words, .agreement, .nothing: return DisplayText.line(question.value)
    }
  }

  /// So many characters tell files apart.
  private static let shortDigest = 8

  private static func labels(_ question: Question) -> [String] {
    question.chosen.map { DisplayText.line($0) }
  }
}
