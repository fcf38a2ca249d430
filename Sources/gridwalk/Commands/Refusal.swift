import CLI
import Domain
import FormEngine

/// An answer that was refused, or one that is missing, for whoever sees no
/// screen: with the question's reference and its label.
struct Refusal {
  /// As `--set` takes it.
  let ref: String
  /// What the form calls the question; nil where it has no such question.
  let label: String?
  /// A word for programs.
  let code: String
  /// What is wrong, without the question.
  let reasons: [Sentence]
  private let isMissing: Bool
  /// Whether the reasons say which question is meant.
  private let namesItself: Bool

  init(_ fault: AnswerFault, label: String?) {
    ref = AnswerWords.shortRef(fault.ref)
    self.label = label
    code = fault.code.word
    reasons = [AnswerWords.reason(for: fault)]
    (isMissing, namesItself) =
      switch fault.code {
      case .required: (true, false)
      case .noSuchQuestion, .severalInstances: (false, true)
      default: (false, false)
      }
  }

  init(_ ref: String, label: String?, _ reasons: [Sentence]) {
    self.ref = AnswerWords.shortRef(ref)
    self.label = label
    code = "refused"
    self.reasons = reasons
    (isMissing, namesItself) = (false, false)
  }

  /// For people.
  var sentences: [Sentence] {
    if namesItself { return reasons }
    return reasons.map {
      isMissing
        ? .answerNeeded(ref, label: label, $0) : .answerRefused(ref, label: label, $0)
    }
  }

  /// For programs.
  func json(in language: Language) -> FieldValue {
    .object([
      "ref": .text(ref), "label": .words(label), "code": .text(code),
      "message": .text(reasons.map { $0.text(in: language) }.joined(separator: "\n")),
    ])
  }
}

extension Client.Failure {
  /// Everything that was refused, in one failure.
  init(_ refusals: [Refusal]) {
    self.init(refusals.flatMap(\.sentences), code: .invalid)
    self.refusals = refusals
  }
}

extension AnswerFault.Code {
  fileprivate var word: String {
    switch self {
    case .noSuchQuestion: "no-such-question"
    case .severalInstances: "several-instances"
    case .notRelevant: "not-relevant"
    case .readonly: "readonly"
    case .notANumber: "not-a-number"
    case .notADate: "not-a-date"
    case .notATime: "not-a-time"
    case .notAPosition: "not-a-position"
    case .notAChoice: "not-a-choice"
    case .constraint: "constraint"
    case .required: "required"
    case .countIsFixed: "count-fixed"
    case .tooLarge: "too-large"
    case .evaluation: "not-computed"
    }
  }
}
