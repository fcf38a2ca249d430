import CLI
import FormEngine
import Terminal

/// Goes through a form with a person, question by question.
///
/// Every answer is on the disk as a draft before the next question is shown,
/// with the question the person comes to, so that a killed program goes on
/// there. Answers that are refused are explained and asked for again. How
/// questions, repeats and the overview are asked is in files of their own.
final class FormScreen {
  /// How going through a form ended.
  enum Ending: Equatable {
    /// All is answered and nothing stands in the way of saving.
    case finished
    /// The person left; the draft is saved.
    case left
  }

  /// What one step came to.
  enum Turn {
    case next
    case back
    case leave
    case acceptRest
    /// Goes to a step elsewhere in the form.
    case to(String)
    /// Goes through one instance of a repeat and back to the prompt below it.
    case edit(String)
  }

  let filling: FormFilling
  let reader: any LineReader
  let streams: Streams
  let steps: FormSteps
  var session: FormSession { filling.session }
  /// The instance a person edits; its prompt comes when it is left.
  private var edited: String?

  init(filling: FormFilling, reader: any LineReader, streams: Streams) {
    self.filling = filling
    self.reader = reader
    self.streams = streams
    steps = FormSteps(filling.session)
  }

  func run() throws -> Ending {
    tell(.formHeading(DisplayText.line(session.definition.title(in: session.language))))
    // A step that went away because of an answer elsewhere: begin again rather
    // than leave something out.
    var step = session.current.flatMap(steps.step) ?? steps.first
    while true {
      guard let present = step else {
        guard let fault = session.check().first else { return .finished }
        step = explain(fault)
        continue
      }
      session.current = present.ref
      let place = steps.place(of: present.ref) ?? 0
      switch try take(present) {
      case .next:
        step = after(present.ref, at: place)
        try keep(at: (step ?? present).ref)
      case .to(let ref):
        edited = nil
        step = try go(to: ref) ?? present
      case .edit(let ref):
        edited = ref
        step = try go(to: ref) ?? present
      case .back:
        step = steps.previous(before: present.ref) ?? present
        // Who goes back to an answer of the command line wants to change it.
        if let step { filling.given.remove(step.ref) }
      case .leave:
        try keep(at: present.ref)
        return .left
      case .acceptRest:
        guard let fault = session.check().first else { return .finished }
        step = explain(fault)
      }
    }
  }

  private func after(_ ref: String, at place: Int) -> Question? {
    let next = steps.next(after: ref, at: place)
    guard let edited, next?.ref.hasPrefix(edited + "/") != true else { return next }
    self.edited = nil
    return steps.prompt(ofRepeat: edited) ?? next
  }

  private func go(to ref: String) throws -> Question? {
    guard let step = steps.step(ref) else { return nil }
    filling.given.remove(ref)
    try keep(at: ref)
    return step
  }

  /// Says what stands in the way of saving and where it is put right.
  private func explain(_ fault: AnswerFault) -> Question? {
    let step = steps.step(fault.ref)
    tell(step.map { AnswerWords.reason(for: fault, $0) } ?? AnswerWords.reason(for: fault))
    filling.given.remove(fault.ref)
    edited = nil
    return step ?? steps.first
  }

  private func keep(at ref: String) throws {
    session.current = ref
    try filling.saveDraft()
  }

  private func take(_ step: Question) throws -> Turn {
    switch step.kind {
    case .group:
      write(step.label)
      return .next
    case .instance(let number):
      tell(.instanceHeading(DisplayText.line(step.label), number: number))
      return .next
    case .addInstance(let count): return try askInstance(step, count)
    case .question where step.isReadonly || filling.given.contains(step.ref):
      show(step)
      return .next
    // Only the question that is asked needs its choices.
    case .question(let type): return try ask(try session.question(step.ref), type)
    }
  }

  /// A note, or a value that the form fills in by itself.
  private func show(_ step: Question) {
    if step.manner == .nothing { return write(step.label) }
    if !step.value.isEmpty { write("\(step.label): \(AnswerShown.text(step))") }
  }

  // MARK: Words

  func said(_ sentence: Sentence) -> String { sentence.text(in: streams.language) }

  func tell(_ sentence: Sentence) { streams.inform(sentence) }

  func write(_ text: String) {
    for line in DisplayWidth.wrap(DisplayText.lines(text), width: streams.width) {
      streams.tell(raw: line + "\n")
    }
  }

  /// A line of the person; one that is too long is asked for again.
  func read(_ question: LineQuestion) throws -> String {
    while true {
      do throws(LineReaderEnd) { return try reader.read(question) } catch {
        guard case .tooLong(let limit) = error else { throw error }
        tell(.answerTooLarge(limit))
      }
    }
  }

  /// A yes or no; Enter alone is no.
  func confirm(_ sentence: Sentence) throws -> Bool {
    let prompt = fitted(sentence)
    while true {
      switch PromptAnswer(try read(LineQuestion(prompt))) {
      case .text(let text):
        if let flag = YesNo.read(text) { return flag }
        tell(.answerYesOrNo)
      case .help: tell(.answerYesOrNo)
      default: return false
      }
    }
  }

  /// The prompt of a yes-or-no question; where it is too long, its signs stay
  /// whole on a line of their own.
  func fitted(_ sentence: Sentence) -> String {
    let prompt = said(sentence)
    let signs = said(.promptYesNo)
    guard DisplayWidth.width(of: prompt) + 2 > streams.width, prompt.hasSuffix(signs) else {
      return prompt
    }
    write(String(prompt.dropLast(signs.count)))
    return signs
  }
}

extension PickerDialogue.Labels {
  /// The words of picking in a language.
  static func client(_ language: Language) -> PickerDialogue.Labels {
    PickerDialogue.Labels(
      nothingFits: Sentence.choiceNothingFits.text(in: language),
      moreChoices: { Sentence.choiceMore($0).text(in: language) })
  }
}
