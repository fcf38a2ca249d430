import CLI
import Domain
import FormEngine

/// Why a command of `forms drive` was not done; the form stands as before.
enum FormDriveFault: Error {
  case lineTooLong
  /// Not one JSON object with a text `op`.
  case malformed
  case unsupported(op: String)
  /// A member is missing, or is no text.
  case argument(String)
  case noForm
  case file(Client.Failure)
  case form(FormFaults, path: String)
  case language(String, known: [String])
  case answer(AnswerFault)
  case expression(FormFault)
  case evaluation(EvaluationFault)

  /// How much of what came in is said back, in characters.
  private static let shown = 80
  /// `forms check` names them all.
  private static let shownFaults = 3

  /// What programs look at.
  var code: String {
    switch self {
    case .lineTooLong: "line-too-long"
    case .malformed: "malformed"
    case .unsupported: "unsupported"
    case .argument: "argument"
    case .noForm: "no-form"
    case .file(let failure): failure.code == .invalid ? "file-too-large" : "file-unreadable"
    case .form: "form"
    case .language: "no-such-language"
    case .answer(let fault): fault.code.driveName
    case .expression: "expression"
    case .evaluation: "evaluation"
    }
  }

  /// What people read.
  var sentences: [Sentence] {
    switch self {
    case .lineTooLong: [.driveLineTooLong(FormDriveLines.limit)]
    case .malformed: [.driveMalformed]
    case .unsupported(let op): [.driveUnsupported(String(op.prefix(Self.shown)))]
    case .argument(let name): [.driveArgument(name)]
    case .noForm: [.driveNoForm]
    case .file(let failure): failure.sentences
    case .form(let faults, let path):
      faults.faults.prefix(Self.shownFaults).map { AnswerWords.sentence(for: $0, in: path) }
    case .language(let wanted, let known):
      [.driveLanguage(String(wanted.prefix(Self.shown)), known: known)]
    case .answer(let fault): Refusal(fault, label: nil).sentences
    case .expression(let fault): [AnswerWords.sentence(for: fault, in: "expr")]
    case .evaluation(let fault): [.answerNotComputed("\(fault.code) \(fault.detail)")]
    }
  }
}

extension AnswerFault.Code {
  /// The refusal as `forms drive` writes it.
  var driveName: String {
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
    case .countIsFixed: "count-is-fixed"
    case .tooLarge: "too-large"
    case .evaluation: "evaluation"
    }
  }
}
