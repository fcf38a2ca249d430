import CLI
import Domain
import FormEngine
import Terminal

// Answers as people type them, made into answers as the form keeps them.

extension FormFilling {
  /// Gives answers by name, in an order that makes each of them relevant when
  /// there is one; answers all that were refused.
  func apply(_ answers: [(ref: String, text: String)]) throws -> [Refusal] {
    var refusals: [Refusal] = []
    var waiting = answers
    while !waiting.isEmpty {
      var postponed: [(ref: String, text: String)] = []
      var irrelevant: [Refusal] = []
      for answer in waiting {
        do {
          try set(answer.ref, to: answer.text)
          given.insert(try session.question(answer.ref).ref)
        } catch let fault as AnswerFault where fault.code == .notRelevant {
          postponed.append(answer)
          irrelevant.append(Refusal(fault, label: label(of: answer.ref)))
        } catch let fault as AnswerFault {
          refusals.append(Refusal(fault, label: label(of: answer.ref)))
        } catch let failure as Client.Failure where failure.code == .invalid {
          refusals.append(
            Refusal(answer.ref, label: label(of: answer.ref), failure.sentences))
        }
      }
      if postponed.count == waiting.count { return refusals + irrelevant }
      waiting = postponed
    }
    return refusals
  }

  /// What the form calls a question, if it has it.
  func label(of ref: String) -> String? {
    // Without a question there is no label to give.
    guard let question = try? session.question(ref) else { return nil }
    return DisplayText.line(question.label)
  }

  /// Gives one answer as a person writes it: a choice by its label or initials,
  /// a photo by its file, a position as `LAT,LON[,ACC]`.
  func set(_ ref: String, to text: String) throws {
    let question = try question(ref)
    guard let manner = question.manner, !text.isEmpty else { return try session.set(ref, to: text) }
    let folded = HalfWidth.folded(text)
    switch manner {
    case .one, .several, .order: try choose(question, ref, text, manner)
    case .photo: try session.set(ref, to: try addPhoto(PathText.typed(text)).hex)
    case .file: try session.set(ref, to: try addFile(PathText.typed(text)).hex)
    case .position: try session.set(ref, to: PositionText.answer(folded) ?? folded)
    case .path(let least, let isClosed):
      guard let path = PositionText.path(folded, least: least, isClosed: isClosed) else {
        throw Client.Failure(.answerNotAPath(least: least), code: .invalid)
      }
      try session.set(ref, to: path)
    case .range:
      let range = AnswerRange(question.parameters)
      guard range.holds(folded) else {
        let outside = Sentence.answerOutside(start: range.start, end: range.end, step: range.step)
        throw Client.Failure(outside, code: .invalid)
      }
      try session.set(ref, to: folded)
    case .agreement: try session.set(ref, to: "OK")
    case .moment: try session.set(ref, to: dateWord(text, question) ?? folded)
    case .number: try session.set(ref, to: folded)
    case .words: try session.set(ref, to: try fitting(text, question.ref))
    case .nothing: try session.set(ref, to: text)
    }
  }

  private func choose(_ question: Question, _ ref: String, _ text: String, _ manner: AnswerManner)
    throws
  {
    let words =
      manner == .one ? [text] : text.split(whereSeparator: \.isWhitespace).map(String.init)
    var names: [String] = []
    for word in words {
      let name = try ChoiceMatch.name(word, question, choices)
      if !names.contains(name) { names.append(name) }
    }
    if manner == .order { names += question.choices.map(\.name).filter { !names.contains($0) } }
    try session.set(ref, to: names.joined(separator: " "))
    if manner != .order { try choices.take(names, question) }
  }

  /// The text, or the same at half width or with a capital X at its end where
  /// only that keeps the form's rule (numbers typed with a Chinese input method).
  private func fitting(_ text: String, _ ref: String) throws -> String {
    let folded = HalfWidth.folded(text)
    var forms = [text, folded]
    if folded.last == "x" { forms.append(folded.dropLast() + "X") }
    return try forms.first { try session.satisfiesConstraint(ref, $0) } ?? text
  }

  /// The question a reference means; makes the next instance of a repeat when
  /// the reference names exactly that.
  private func question(_ ref: String) throws -> Question {
    do {
      return try session.question(ref)
    } catch let fault where fault.code == .noSuchQuestion(nearest: []) {
      guard let end = ref.lastIndex(of: "]") else { throw fault }
      try session.addRepeat(String(ref[...end]))
      return try session.question(ref)
    }
  }

  /// 今天, 昨天, 现在 and their English words.
  private func dateWord(_ text: String, _ question: Question) -> String? {
    let now = store.environment.now()
    switch text.lowercased() {
    case "今天", "today": return LocalTime.date(now)
    case "昨天", "yesterday": return LocalTime.date(now - 86_400_000)
    case "现在", "now":
      guard question.kind == .question(.dateTime) else { return nil }
      return LocalTime.date(now) + "T" + LocalTime.timeWithSeconds(now)
    default: return nil
    }
  }
}

/// Paths as people type or drop them on a terminal.
enum PathText {
  /// The path without the blanks and quotes that a dropped file brings along.
  static func typed(_ text: String) -> String {
    var path = Substring(text)
    while path.first?.isWhitespace == true { path.removeFirst() }
    while path.last?.isWhitespace == true { path.removeLast() }
    for quote in ["'", "\""] where path.count > 1 && path.hasPrefix(quote) && path.hasSuffix(quote)
    {
      return String(path.dropFirst().dropLast())
    }
    return String(path)
  }
}
