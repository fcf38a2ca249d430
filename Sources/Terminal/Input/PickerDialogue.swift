/// Lets a person narrow a list down to one choice.
public struct PickerDialogue: Sendable {
  /// The words of the dialogue; they come from the catalogue.
  public struct Labels: Sendable {
    /// Said when nothing fits.
    public let nothingFits: String
    /// Said below a list that leaves out a number of choices.
    public let moreChoices: @Sendable (Int) -> String

    /// Gathers the words.
    public init(nothingFits: String, moreChoices: @escaping @Sendable (Int) -> String) {
      self.nothingFits = nothingFits
      self.moreChoices = moreChoices
    }
  }

  /// How the dialogue ended.
  public enum Ending: Sendable, Equatable {
    /// One choice was taken.
    case chosen(Choice)
    /// The person typed a sign of the forms' vocabulary instead; never `text`.
    case sign(PromptAnswer)
  }

  private let labels: Labels
  private let width: Int

  /// Lists are laid out for a width in columns.
  public init(labels: Labels, width: Int) {
    self.labels = labels
    self.width = width
  }

  /// Shows the list and asks until one choice or a sign is left.
  ///
  /// `<` in a narrowed list leads back to the list before.
  ///
  /// - Parameters:
  ///   - rest: finds what the list itself does not, by words that are not shown.
  ///   - show: writes a line where the person sees it.
  public func run(
    _ picker: Picker, question: LineQuestion, reader: any LineReader,
    rest: (String) -> Picker.Outcome = { _ in .nothing }, show: (String) -> Void
  ) throws(LineReaderEnd) -> Ending {
    var lists = [picker]
    var isShown = false
    while let current = lists.last {
      if !isShown { showList(current, show) }
      isShown = true
      let answer = PromptAnswer(try reader.read(question))
      if answer == .back, lists.count > 1 {
        lists.removeLast()
        isShown = false
        continue
      }
      guard case .text(let text) = answer else { return .sign(answer) }
      var outcome = current.pick(text)
      if outcome == .nothing { outcome = rest(text) }
      switch outcome {
      case .chosen(let choice): return .chosen(choice)
      case .nothing: show(labels.nothingFits)
      case .narrowed(let narrower):
        if narrower != current { lists.append(narrower) }
        isShown = false
      }
    }
    return .sign(.back)
  }

  /// How naming several choices ended.
  public enum SeveralEnding: Sendable, Equatable {
    /// These were taken, in the order named.
    case chosen([Choice])
    /// The person typed a sign of the forms' vocabulary instead; never `text`.
    case sign(PromptAnswer)
  }

  /// Shows the list and asks until every word of a line means one choice, or a
  /// sign is left. Which of several a word means is asked at once.
  public func runSeveral(
    _ picker: Picker, question: LineQuestion, reader: any LineReader,
    rest: (String) -> Picker.Outcome = { _ in .nothing }, show: (String) -> Void
  ) throws(LineReaderEnd) -> SeveralEnding {
    showList(picker, show)
    while true {
      let answer = PromptAnswer(try reader.read(question))
      guard case .text(let text) = answer else { return .sign(answer) }
      var found: [Choice] = []
      var isClear = true
      for (word, outcome) in picker.pickSeveral(text) where isClear {
        let choice = try clear(word, outcome, question, reader, rest, show)
        isClear = choice != nil
        if let choice, !found.contains(choice) { found.append(choice) }
      }
      if isClear { return .chosen(found) }
      showList(picker, show)
    }
  }

  /// The choice that one word of several means; nil when the person has to begin again.
  private func clear(
    _ word: String, _ outcome: Picker.Outcome, _ question: LineQuestion, _ reader: any LineReader,
    _ rest: (String) -> Picker.Outcome, _ show: (String) -> Void
  ) throws(LineReaderEnd) -> Choice? {
    let word = DisplayText.line(word)
    switch outcome == .nothing ? rest(word) : outcome {
    case .chosen(let choice): return choice
    case .nothing:
      show("\(word): \(labels.nothingFits)")
      return nil
    case .narrowed(let narrower):
      let which = LineQuestion(DisplayWidth.truncate(word, to: width / 2) + "? ")
      let ending = try run(narrower, question: which, reader: reader, show: show)
      if case .chosen(let choice) = ending { return choice }
      return nil
    }
  }

  private func showList(_ picker: Picker, _ show: (String) -> Void) {
    for line in picker.lines(width: width) { show(line) }
    if picker.unlistedCount > 0 { show(labels.moreChoices(picker.unlistedCount)) }
  }
}
