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
  /// - Parameter show: writes a line where the person sees it.
  public func run(
    _ picker: Picker, question: LineQuestion, reader: any LineReader, show: (String) -> Void
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
      switch current.pick(text) {
      case .chosen(let choice): return .chosen(choice)
      case .nothing: show(labels.nothingFits)
      case .narrowed(let narrower):
        if narrower != current { lists.append(narrower) }
        isShown = false
      }
    }
    return .sign(.back)
  }

  private func showList(_ picker: Picker, _ show: (String) -> Void) {
    for line in picker.lines(width: width) { show(line) }
    if picker.unlistedCount > 0 { show(labels.moreChoices(picker.unlistedCount)) }
  }
}
