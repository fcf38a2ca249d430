import CLI
import FormEngine
import Terminal

// Asking one question until its answer does, or the person goes elsewhere.

extension FormScreen {
  func ask(_ step: Question, _ type: QuestionType) throws -> Turn {
    if let hint = step.hint { write("  " + hint) }
    if step.manner == .range { write("  " + said(bounds(of: step))) }
    while true {
      let answer: PromptAnswer
      do {
        answer = try self.answer(step)
      } catch LineReaderEnd.endOfInput {
        return .leave
      }
      switch answer {
      case .back: return .back
      case .leave: return .leave
      case .acceptRest: return .acceptRest
      case .overview: if let turn = try overview(from: step) { return turn }
      case .help: explain(step, type)
      case .keep:
        guard let refusal = refusal(of: step) else { return .next }
        tell(refusal)
      case .clear: if try give("", to: step) { return .next }
      case .text(let text): if try give(text, to: step) { return .next }
      }
    }
  }

  /// One line of the person, or the names of what was picked.
  private func answer(_ step: Question) throws -> PromptAnswer {
    guard let manner = step.manner else { return .keep }
    let question = LineQuestion(
      prompt(step), suggestion: PromptAnswer.escaped(step.value),
      completions: step.choices.map(\.label))
    switch manner {
    case .one: return try pickOne(step, question)
    case .several, .order: return try pickSeveral(step, question, manner)
    case .agreement:
      let answer = PromptAnswer(try read(question))
      guard case .text(let text) = answer else { return answer }
      return YesNo.read(text).map { $0 ? .text("OK") : .clear } ?? .help
    default: return PromptAnswer(try read(question))
    }
  }

  private var dialogue: PickerDialogue {
    PickerDialogue(labels: .client(streams.language), width: streams.width)
  }

  private func pickOne(_ step: Question, _ question: LineQuestion) throws -> PromptAnswer {
    let ending = try dialogue.run(
      filling.choices.picker(step), question: question, reader: reader,
      rest: { filling.choices.pickElsewhere($0, step) }, show: { write($0) })
    switch ending {
    case .chosen(let choice):
      write("  → " + DisplayText.line(choice.label))
      return .text(choice.value)
    case .sign(let sign): return sign
    }
  }

  private func pickSeveral(
    _ step: Question, _ question: LineQuestion, _ manner: AnswerManner
  ) throws -> PromptAnswer {
    let ending = try dialogue.runSeveral(
      filling.choices.picker(step), question: question, reader: reader,
      rest: { filling.choices.pickElsewhere($0, step) }, show: { write($0) })
    guard case .chosen(let chosen) = ending else {
      if case .sign(let sign) = ending { return sign }
      return .keep
    }
    var labels = chosen.map(\.label)
    if manner == .order {
      // What was not named follows in the order it stands.
      labels += step.choices.filter { item in !chosen.contains { $0.value == item.name } }
        .map(\.label)
    }
    let mark = manner == .order ? " > " : ", "
    write("  → " + labels.map(DisplayText.line).joined(separator: mark))
    return .text(chosen.map(\.value).joined(separator: " "))
  }

  /// Takes an answer; a refusal is explained and the answer false.
  private func give(_ text: String, to step: Question) throws -> Bool {
    do {
      try filling.set(step.ref, to: text)
      steps.change()
      return true
    } catch let fault as AnswerFault {
      tell(AnswerWords.reason(for: fault, step))
    } catch let failure as Client.Failure {
      for sentence in failure.sentences { tell(sentence) }
    }
    return false
  }

  /// Why the answer that stands cannot be kept; nil when it can.
  ///
  /// Looks at this question alone: the rest of the form is looked at when it is
  /// to be saved.
  private func refusal(of step: Question) -> Sentence? {
    guard !step.value.isEmpty else { return step.isRequired ? missing(step) : nil }
    if step.manner == .one || step.manner == .several {
      let names = step.manner == .one ? [step.value[...]] : step.value.split(separator: " ")
      guard names.allSatisfy({ name in step.choices.contains { $0.name == name } }) else {
        return AnswerWords.reason(
          for: AnswerFault(ref: step.ref, code: .notAChoice(allowed: [])), step)
      }
    }
    do throws(AnswerFault) {
      if try session.satisfiesConstraint(step.ref, step.value) { return nil }
      return AnswerWords.reason(
        for: AnswerFault(ref: step.ref, code: .constraint(message: step.constraintMessage)))
    } catch {
      return AnswerWords.reason(for: error, step)
    }
  }

  /// The author's words for an answer that is missing: clearing what is empty changes nothing.
  private func missing(_ step: Question) -> Sentence? {
    do throws(AnswerFault) {
      try session.set(step.ref, to: "")
      return nil
    } catch {
      return AnswerWords.reason(for: error, step)
    }
  }

  private func explain(_ step: Question, _ type: QuestionType) {
    for text in [step.hint, step.guidanceHint].compactMap({ $0 }) {
      write("  " + text)
    }
    tell(.howToAnswer(type.rawValue))
    if step.manner == .range { tell(bounds(of: step)) }
    tell(.formSigns)
  }

  private func bounds(of step: Question) -> Sentence {
    let range = AnswerRange(step.parameters)
    return .rangeBounds(start: range.start, end: range.end, step: range.step)
  }

  // MARK: The prompt

  /// The question in one line that leaves room to type; a long one stands above.
  private func prompt(_ step: Question) -> String {
    let mark = step.isRequired && step.value.isEmpty ? said(.requiredMark) : ""
    let shown = step.manner?.isFile == true ? fileShown(step) : AnswerShown.text(step)
    let value = step.value.isEmpty ? "" : " [\(shown)]"
    let label = DisplayText.line(step.label)
    let whole = label + mark + value
    if DisplayWidth.width(of: whole) + Self.leastRoom <= streams.width { return whole + ": " }
    write(label + mark)
    return DisplayWidth.truncate(value, to: streams.width - Self.leastRoom) + "> "
  }

  private func fileShown(_ step: Question) -> String {
    (step.manner == .photo ? said(.photo) + " " : "") + AnswerShown.text(step)
  }

  /// Columns left for typing at the least.
  private static let leastRoom = 14
}
