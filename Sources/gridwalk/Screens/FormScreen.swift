import CLI
import FieldCore
import FormEngine
import Terminal

/// Goes through a form with a person, question by question.
///
/// Every answer is on the disk as a draft before the next question is shown,
/// with the question the person comes to, so that a killed program goes on
/// there. Answers that are refused are explained and asked for again.
final class FormScreen {
  /// How going through a form ended.
  enum Ending: Equatable {
    /// All is answered and nothing stands in the way of saving.
    case finished
    /// The person left; the draft is saved.
    case left
  }

  /// What one question came to.
  private enum Turn {
    case next
    case back
    case leave
    case acceptRest
    /// Goes to a step elsewhere in the form.
    case to(String)
  }

  private let filling: FormFilling
  private let reader: any LineReader
  private let streams: Streams
  private var session: FormSession { filling.session }
  /// Headings that stand above the present question already.
  private var shownHeadings: Set<String> = []

  init(filling: FormFilling, reader: any LineReader, streams: Streams) {
    self.filling = filling
    self.reader = reader
    self.streams = streams
  }

  func run() throws -> Ending {
    tell(.formHeading(DisplayText.line(session.definition.title(in: session.language))))
    var place = session.current
    while true {
      guard let step = step(from: place) else {
        guard let fault = session.check().first else { return .finished }
        place = explain(fault)
        continue
      }
      session.current = step.ref
      switch try take(step) {
      case .next:
        place = ref(after: step.ref)
        try keep(at: place ?? step.ref)
      case .to(let ref):
        place = ref
        try keep(at: ref)
      case .back:
        place = ref(before: step.ref) ?? step.ref
        // Who goes back to an answer of the command line wants to change it.
        if let place { filling.given.remove(place) }
      case .leave:
        try keep(at: step.ref)
        return .left
      case .acceptRest:
        guard let fault = session.check().first else { return .finished }
        place = explain(fault)
      }
    }
  }

  /// Says what stands in the way of saving and where it is put right.
  private func explain(_ fault: AnswerFault) -> String {
    tell(AnswerWords.reason(for: fault))
    filling.given.remove(fault.ref)
    return fault.ref
  }

  private func keep(at ref: String) throws {
    session.current = ref
    try filling.saveDraft()
  }

  // MARK: Steps

  /// Past the last step.
  private static let end = ""

  /// The step a reference means, the first one for none; nil past the end.
  private func step(from ref: String?) -> Question? {
    if ref == Self.end { return nil }
    let steps = session.questions
    guard let ref else { return steps.first }
    // A step that went away because of an answer elsewhere: begin again rather
    // than leave something out.
    return steps.first { $0.ref == ref } ?? steps.first
  }

  private func ref(after ref: String) -> String? {
    let steps = session.questions
    guard let index = steps.firstIndex(where: { $0.ref == ref }) else { return Self.end }
    return index + 1 < steps.count ? steps[index + 1].ref : Self.end
  }

  /// The nearest step before that asks something.
  private func ref(before ref: String) -> String? {
    let steps = session.questions
    guard let index = steps.firstIndex(where: { $0.ref == ref }) else { return nil }
    return steps[..<index].last(where: Self.asks)?.ref
  }

  private static func asks(_ step: Question) -> Bool {
    switch step.kind {
    case .question: !step.isReadonly
    case .addInstance: true
    case .group, .instance: false
    }
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
    case .question(let type): return try ask(step, type)
    }
  }

  /// A note, or a value that the form fills in by itself.
  private func show(_ step: Question) {
    if step.kind == .question(.note) { return write(step.label) }
    if !step.value.isEmpty { write("\(step.label): \(shown(step))") }
  }

  // MARK: Asking

  private func askInstance(_ step: Question, _ count: Int) throws -> Turn {
    var prompt = said(.promptAnother(DisplayText.line(step.label), count: count))
    let end = said(.promptYesNo)
    if DisplayWidth.width(of: prompt) + 2 > streams.width {
      // The answer's signs stay whole on a line of their own.
      write(String(prompt.dropLast(end.count)))
      prompt = end
    }
    while true {
      let line = try read(LineQuestion(prompt))
      switch PromptAnswer(line) {
      case .keep, .clear: return .next
      case .back: return .back
      case .leave: return .leave
      case .acceptRest: return .acceptRest
      case .help: tell(.formSigns)
      case .text(let text):
        guard let wanted = YesNo.read(text) else {
          tell(.answerYesOrNo)
          continue
        }
        guard wanted else { return .next }
        let repeated = step.ref.lastIndex(of: "[").map { String(step.ref[..<$0]) } ?? step.ref
        return .to(try session.addRepeat(repeated))
      }
    }
  }

  private func ask(_ step: Question, _ type: QuestionType) throws -> Turn {
    if let hint = step.hint { write("  " + hint) }
    while true {
      let answer: PromptAnswer
      do {
        answer = try self.answer(step, type)
      } catch LineReaderEnd.endOfInput {
        return .leave
      }
      switch answer {
      case .back: return .back
      case .leave: return .leave
      case .acceptRest: return .acceptRest
      case .help: explain(step, type)
      case .keep:
        guard let refusal = refusal(of: step) else { return .next }
        tell(refusal)
      case .clear:
        if try give("", to: step) { return .next }
      case .text(let text):
        if try give(text, to: step) { return .next }
      }
    }
  }

  /// One line of the person, or the choice that was picked.
  private func answer(_ step: Question, _ type: QuestionType) throws -> PromptAnswer {
    let question = LineQuestion(
      prompt(step), suggestion: PromptAnswer.escaped(step.value),
      completions: step.choices.map(\.label))
    switch type {
    case .selectOne:
      let dialogue = PickerDialogue(labels: .client(streams.language), width: streams.width)
      let ending = try dialogue.run(
        ChoiceMatch.picker(step, in: session), question: question, reader: reader,
        show: { write($0) })
      switch ending {
      case .chosen(let choice):
        write("  → " + DisplayText.line(choice.label))
        return .text(choice.value)
      case .sign(let sign): return sign
      }
    case .selectMultiple:
      for line in ChoiceMatch.picker(step, in: session).lines(width: streams.width) { write(line) }
      let answer = PromptAnswer(try read(question))
      guard case .text(let text) = answer else { return answer }
      return .text(numbered(text, step))
    case .acknowledge:
      let answer = PromptAnswer(try read(question))
      guard case .text(let text) = answer else { return answer }
      return YesNo.read(text).map { $0 ? .text("OK") : .clear } ?? .help
    default: return PromptAnswer(try read(question))
    }
  }

  /// Numbers of the list as the names of their choices.
  private func numbered(_ text: String, _ step: Question) -> String {
    let picker = ChoiceMatch.picker(step, in: session)
    return text.split(whereSeparator: \.isWhitespace).map { word in
      if case .chosen(let choice) = picker.pick(String(word)) {
        return choice.value
      }
      return String(word)
    }.joined(separator: " ")
  }

  /// Takes an answer; a refusal is explained and the answer false.
  private func give(_ text: String, to step: Question) throws -> Bool {
    do {
      try filling.set(step.ref, to: text)
      return true
    } catch let fault as AnswerFault {
      tell(AnswerWords.reason(for: fault))
    } catch let failure as Client.Failure {
      for sentence in failure.sentences { tell(sentence) }
    }
    return false
  }

  /// Why the answer that stands cannot be kept; nil when it can.
  private func refusal(of step: Question) -> Sentence? {
    session.check().first { $0.ref == step.ref }.map(AnswerWords.reason)
  }

  private func explain(_ step: Question, _ type: QuestionType) {
    for text in [step.hint, step.guidanceHint].compactMap({ $0 }) {
      write("  " + text)
    }
    tell(.howToAnswer(type.rawValue))
    tell(.formSigns)
  }

  // MARK: Words on the screen

  /// The question in one line that leaves room to type; a long one stands above.
  private func prompt(_ step: Question) -> String {
    let mark = step.isRequired && step.value.isEmpty ? said(.requiredMark) : ""
    let value = step.value.isEmpty ? "" : " [\(shown(step))]"
    let label = DisplayText.line(step.label)
    let whole = label + mark + value
    if DisplayWidth.width(of: whole) + Self.leastRoom <= streams.width { return whole + ": " }
    write(label + mark)
    return DisplayWidth.truncate(value, to: streams.width - Self.leastRoom) + "> "
  }

  /// Columns left for typing at the least.
  private static let leastRoom = 14

  /// The answer so far as a person reads it.
  private func shown(_ step: Question) -> String {
    switch step.kind {
    case .question(.selectOne), .question(.selectMultiple):
      let labels = Dictionary(
        step.choices.map { ($0.name, $0.label) }, uniquingKeysWith: { first, _ in first })
      return step.value.split(separator: " ").map { labels[String($0)] ?? String($0) }
        .joined(separator: ", ")
    case .question(.image): return said(.photo) + " " + step.value.prefix(8)
    case .question(.geopoint):
      return PositionText.position(step.value).map(PositionText.shown) ?? step.value
    case .question(.dateTime):
      // Seconds and zone are kept but not shown.
      return step.value.prefix(16).split(separator: "T").joined(separator: " ")
    default: return DisplayText.line(step.value)
    }
  }

  private func read(_ question: LineQuestion) throws -> String { try reader.read(question) }

  private func said(_ sentence: Sentence) -> String { sentence.text(in: streams.language) }

  private func tell(_ sentence: Sentence) { streams.inform(sentence) }

  private func write(_ text: String) {
    for line in DisplayWidth.wrap(DisplayText.lines(text), width: streams.width) {
      streams.tell(raw: line + "\n")
    }
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
