// Why an answer was not taken. Nothing has changed when one is thrown.

/// An answer that was refused, or a question that keeps a form from being finished.
public struct AnswerFault: Error, Sendable, Equatable {
  /// The kind of refusal, with what a person needs to put it right.
  public enum Code: Sendable, Equatable {
    /// No such question; the nearest names follow.
    case noSuchQuestion(nearest: [String])
    /// The name is right but stands for several instances; how many there are follows.
    case severalInstances(count: Int)
    /// The question is not asked now, because of an answer elsewhere.
    case notRelevant
    /// The form fills this in by itself.
    case readonly
    case notANumber
    case notADate
    case notATime
    case notAPosition
    /// Not among the choices; their names follow.
    case notAChoice(allowed: [String])
    /// The author's condition does not hold; the author's message follows, if there is one.
    case constraint(message: String?)
    /// An answer is needed; the author's message follows, if there is one.
    case required(message: String?)
    /// The form itself says how many instances there are.
    case countIsFixed
    /// The answer, or the number of instances, is beyond the engine's limits.
    case tooLarge(limit: Int)
    /// The author's condition could not be computed.
    case evaluation(EvaluationFault)
  }

  /// The question as `/data/member[2]/name`, or what was asked for when there is none.
  public let ref: String
  /// The kind of refusal.
  public let code: Code

  /// Makes a refusal.
  public init(ref: String, code: Code) {
    self.ref = ref
    self.code = code
  }
}
