import CLI
import FormEngine
import Terminal

// The prompt below the instances of a repeat: add one, edit one, delete one.

extension FormScreen {
  func askInstance(_ step: Question, _ count: Int) throws -> Turn {
    let label = DisplayText.line(step.label)
    let repeats = FormSteps.withoutPosition(step.ref)
    if count > 0 { showInstances(repeats, count) }
    let prompt = fitted(.promptAnother(label, count: count))
    while true {
      let answer = PromptAnswer(try read(LineQuestion(prompt)))
      switch answer {
      case .keep: return .next
      case .back: return .back
      case .leave: return .leave
      case .acceptRest: return .acceptRest
      case .overview: if let turn = try overview(from: step) { return turn }
      case .help:
        tell(count > 0 ? .instanceHelp(label) : .answerYesOrNo)
        tell(.formSigns)
      case .clear: tell(.noSuchInstance("-", count: count))
      case .text(let text):
        switch RepeatAnswer(text, count: count) {
        case .add:
          let added = try session.addRepeat(repeats)
          steps.change()
          return .to(added)
        case .goOn: return .next
        case .edit(let number): return .edit("\(repeats)[\(number)]")
        case .delete(let number):
          guard try delete("\(repeats)[\(number)]", label, number) else { continue }
          return .to(steps.prompt(ofRepeat: step.ref)?.ref ?? step.ref)
        case nil: tell(.noSuchInstance(text, count: count))
        }
      }
    }
  }

  /// The instances so far by what was answered first in each.
  private func showInstances(_ repeats: String, _ count: Int) {
    let choices = (1...count).map {
      Choice(value: String($0), label: summary("\(repeats)[\($0)]"))
    }
    let picker = Picker(choices)
    for line in picker.lines(width: streams.width) { write(line) }
    if picker.unlistedCount > 0 {
      write(PickerDialogue.Labels.client(streams.language).moreChoices(picker.unlistedCount))
    }
    write("  " + said(.instanceSigns))
  }

  private func summary(_ instance: String) -> String {
    let first = steps.inside(instance).first {
      $0.manner?.isFile == false && $0.manner != .nothing && !$0.value.isEmpty
    }
    return first.map(AnswerShown.text) ?? said(.nothingAnswered)
  }

  /// Deletes an instance after asking; false when it stays.
  private func delete(_ instance: String, _ label: String, _ number: Int) throws -> Bool {
    guard try confirm(.promptDelete(label, number: number, summary(instance))) else { return false }
    do {
      try session.deleteRepeat(instance)
    } catch {
      tell(AnswerWords.reason(for: error))
      return false
    }
    // Those behind it have moved up: their references mean others now.
    let repeats = FormSteps.withoutPosition(instance) + "["
    filling.given = filling.given.filter { !$0.hasPrefix(repeats) }
    steps.change()
    tell(.instanceDeleted(label, number: number))
    return true
  }
}

/// What a person wants at the prompt of a repeat.
enum RepeatAnswer: Equatable {
  case add
  case goOn
  case edit(Int)
  case delete(Int)

  /// Reads a line; nil for what is none of these. Where there are instances a
  /// number means one of them, elsewhere 1 and 0 are yes and no.
  init?(_ line: String, count: Int) {
    let text = HalfWidth.folded(line).filter { !$0.isWhitespace }
    if count > 0, let number = Int(text), number != 0 {
      guard (1...count).contains(abs(number)) else { return nil }
      self = number > 0 ? .edit(number) : .delete(-number)
      return
    }
    for mark in ["d", "删"] where text.lowercased().hasPrefix(mark) {
      guard let number = Int(text.dropFirst()), number > 0, number <= count else { return nil }
      self = .delete(number)
      return
    }
    switch YesNo.read(text) {
    case true?: self = .add
    case false?: self = .goOn
    case nil: return nil
    }
  }
}
