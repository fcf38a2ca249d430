import CLI
import FormEngine
import Terminal

// The overview: page by page, until the person knows where to go.

extension FormScreen {
  /// Shows the form and asks where to go; nil to stay.
  func overview(from step: Question) throws -> Turn? {
    let overview = FormOverview(steps.all) { said(.overviewAdd($0)) }
    var entries = overview.entries
    var page = (steps.place(of: step.ref) ?? 0) / FormOverview.pageLength
    var isShown = false
    while true {
      if !isShown { show(entries, page, overview, present: step.ref) }
      isShown = true
      let answer = PromptAnswer(try read(LineQuestion(said(.promptOverview))))
      switch answer {
      case .back where page > 0: (page, isShown) = (page - 1, false)
      case .back where entries.count < overview.entries.count:
        (entries, page, isShown) = (overview.entries, 0, false)
      case .keep, .back: return nil
      case .leave: return .leave
      case .acceptRest: return .acceptRest
      case .help, .clear: tell(.overviewHelp)
      case .overview: (entries, page, isShown) = (overview.entries, 0, false)
      case .text(let text):
        switch choose(text, overview, present: step.ref) {
        case .page:
          let last = (entries.count - 1) / FormOverview.pageLength
          (page, isShown) = (page < last ? page + 1 : 0, false)
        case .entries(let found) where found.count == 1: return .to(found[0].ref)
        case .entries(let found) where found.isEmpty:
          tell(.overviewNothing(DisplayText.line(text)))
        case .entries(let found): (entries, page, isShown) = (found, 0, false)
        }
      }
    }
  }

  private enum Chosen {
    /// The next page.
    case page
    case entries([FormOverview.Entry])
  }

  private func choose(_ text: String, _ overview: FormOverview, present: String) -> Chosen {
    let folded = HalfWidth.folded(text).filter { !$0.isWhitespace }
    if folded == ">" || folded == "》" { return .page }
    if folded == "!" { return .entries([overview.nextOpen(after: present)].compactMap { $0 }) }
    if let number = Int(folded), overview.entries.indices.contains(number - 1) {
      return .entries([overview.entries[number - 1]])
    }
    return .entries(overview.holding(text))
  }

  private func show(
    _ entries: [FormOverview.Entry], _ page: Int, _ overview: FormOverview, present: String
  ) {
    let first = page * FormOverview.pageLength
    for entry in entries[first..<min(first + FormOverview.pageLength, entries.count)] {
      let line = FormOverview.line(entry, isPresent: entry.ref == present, width: streams.width)
      streams.tell(raw: line + "\n")
    }
    let pages = (entries.count + FormOverview.pageLength - 1) / FormOverview.pageLength
    var words: [String] = []
    if pages > 1 { words.append(said(.overviewPage(page + 1, of: pages))) }
    if overview.openCount > 0 { words.append(said(.overviewOpen(overview.openCount))) }
    if !words.isEmpty { write(words.joined(separator: "  ")) }
    tell(.overviewHelp)
  }
}
