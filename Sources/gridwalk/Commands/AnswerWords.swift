import CLI
import Domain
import FormEngine

/// What is wrong with an answer or a form, in words.
enum AnswerWords {
  /// No more allowed choices than this are named.
  private static let shownChoices = 12

  /// The reason for a screen that shows the question anyway; choices by their labels.
  static func reason(for fault: AnswerFault, _ question: Question) -> Sentence {
    guard case .notAChoice = fault.code else { return reason(for: fault) }
    let labels = question.choices.prefix(shownChoices).map(\.label)
    return .answerNotAChoice(labels, others: question.choices.count - labels.count)
  }

  /// The reason alone, for a screen that shows the question anyway.
  static func reason(for fault: AnswerFault) -> Sentence {
    let name = shortRef(fault.ref)
    switch fault.code {
    case .noSuchQuestion(let nearest): return .noSuchQuestion(name, nearest: nearest)
    case .severalInstances(let count): return .severalInstances(name, count: count)
    case .notRelevant: return .answerNotRelevant
    case .readonly: return .answerReadonly
    case .notANumber: return .answerNotANumber
    case .notADate: return .answerNotADate
    case .notATime: return .answerNotATime
    case .notAPosition: return .answerNotAPosition
    case .notAChoice(let allowed):
      return .answerNotAChoice(
        Array(allowed.prefix(shownChoices)), others: max(0, allowed.count - shownChoices))
    case .constraint(let message?), .required(let message?):
      return Sentence(zh: message, en: message)
    case .constraint(nil): return .answerBreaksRule
    case .required(nil): return .answerRequired
    case .countIsFixed: return .instanceCountFixed
    case .tooLarge(let limit): return .answerTooLarge(limit)
    case .evaluation(let fault): return .answerNotComputed("\(fault.code) \(fault.detail)")
    }
  }

  /// A kept answer as it may be shown: personal numbers masked.
  static func shown(_ answer: SavedAnswer) -> String {
    let name = shortRef(answer.ref).split(separator: "/").last.map(String.init) ?? ""
    return Masking.shown(.text(answer.value), of: name).plain
  }

  /// `/data/location/room` as `room`; inside a repeat from the repeat on: `member[2]/name`.
  static func shortRef(_ ref: String) -> String {
    let pieces = ref.split(separator: "/")
    guard let first = pieces.firstIndex(where: { $0.hasSuffix("]") }) else {
      return pieces.last.map(String.init) ?? ref
    }
    return pieces[first...].joined(separator: "/")
  }

  /// A mistake of a form's author, with the cell it stands in.
  static func sentence(for fault: FormFault, in file: String) -> Sentence {
    .formFault(
      file, sheet: fault.sheet, row: fault.row, column: fault.column,
      what: .formFaultMeaning(fault.code.rawValue), detail: fault.detail)
  }
}
