/// A reader that answers from a script, for tests.
///
/// Each step names a part of the prompt it answers. A prompt that does not hold
/// it, or one after the last step, throws `unexpectedPrompt`.
public final class ScriptedReader: LineReader {
  /// What a step answers with.
  public enum Answer: Sendable, Equatable {
    /// A line, or the key its first character names.
    case line(String)
    /// A key.
    case key(Key)
    /// No line, for this reason.
    case end(LineReaderEnd)
  }

  /// A prompt that is expected, and the answer to it.
  public struct Step: Sendable, Equatable {
    /// A part of the prompt; the empty text fits any.
    public let prompt: String
    /// The answer.
    public let answer: Answer

    /// Makes a step.
    public init(_ prompt: String, _ answer: Answer) {
      self.prompt = prompt
      self.answer = answer
    }
  }

  private var steps: ArraySlice<Step>
  /// All questions asked so far, the unexpected one included.
  public private(set) var asked: [LineQuestion] = []

  /// A reader that answers the steps in order.
  public init(_ steps: [Step]) {
    self.steps = steps[...]
  }

  /// A reader that answers any prompts with these lines.
  public convenience init(lines: [String]) {
    self.init(lines.map { Step("", .line($0)) })
  }

  /// How many steps have not been asked for: a test wants 0 at its end.
  public var stepsLeft: Int { steps.count }

  /// Answers with the next step, which must be a line.
  public func read(_ question: LineQuestion) throws(LineReaderEnd) -> String {
    switch try next(question) {
    case .line(let line): return line
    case .end(let end): throw end
    case .key: throw .unexpectedPrompt(question.prompt)
    }
  }

  /// Answers with the next step: a key, or the first character of a line.
  public func readKey(prompt: String) throws(LineReaderEnd) -> Key {
    switch try next(LineQuestion(prompt)) {
    case .line(let line): return line.first.map { .character($0) } ?? .enter
    case .key(let key): return key
    case .end(let end): throw end
    }
  }

  private func next(_ question: LineQuestion) throws(LineReaderEnd) -> Answer {
    asked.append(question)
    guard let step = steps.first, step.prompt.isEmpty || question.prompt.contains(step.prompt)
    else { throw .unexpectedPrompt(question.prompt) }
    steps.removeFirst()
    return step.answer
  }
}
