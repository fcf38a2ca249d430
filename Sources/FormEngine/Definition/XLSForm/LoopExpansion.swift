// `begin loop over list`: a group for each choice of the list, each with the
// loop's questions, in whose cells `%(name)s` and `%(label)s` are the choice's.

struct LoopExpansion {
  private let tree: SurveyTree
  private let choices: ChoiceLists
  private var result: SurveyTree

  /// The tree without loops.
  static func expand(
    _ tree: SurveyTree, _ choices: ChoiceLists, _ findings: inout Findings
  ) -> SurveyTree {
    let hasLoops = tree.elements.contains {
      if case .loop = $0.kind { return true }
      return false
    }
    guard hasLoops else { return tree }
    var expansion = LoopExpansion(tree, choices)
    expansion.copyChildren(of: 0, to: 0, &findings)
    return expansion.result
  }

  private init(_ tree: SurveyTree, _ choices: ChoiceLists) {
    self.tree = tree
    self.choices = choices
    var root = tree[0]
    root.children = []
    result = SurveyTree(root: root)
  }

  private mutating func copyChildren(of place: Int, to target: Int, _ findings: inout Findings) {
    for child in tree[place].children { copy(tree[child], child, to: target, &findings) }
  }

  private mutating func copy(
    _ element: SurveyElement, _ place: Int, to target: Int, _ findings: inout Findings
  ) {
    guard case .loop(let listName) = element.kind else {
      var copy = element
      copy.children = []
      copyChildren(of: place, to: result.append(copy, to: target), &findings)
      return
    }
    let group = result.append(element.asGroup(), to: target)
    for choice in choices.list(listName)?.choices ?? [] where choice.name != "none" {
      var section = SurveyElement(.group, choice.name, at: element.location)
      section.label = choice.label
      if !CellText.isTag(choice.name) {
        findings.fault(
          SourceLocation(sheet: "choices", row: choice.line, column: "name"), .invalidName,
          choice.name)
      }
      let inner = result.append(section, to: group)
      for child in tree[place].children {
        let filled = LoopFilling(choice).fill(tree[child], &findings)
        copy(filled, child, to: inner, &findings)
      }
    }
  }
}

extension SurveyElement {
  fileprivate func asGroup() -> SurveyElement {
    var group = SurveyElement(.group, name, at: location)
    group.label = label
    group.media = media
    group.bind = bind
    group.control = control
    group.attributes = attributes
    return group
  }
}

/// Puts a choice's name and label into cells.
private struct LoopFilling {
  let choice: ChoiceLists.Choice

  init(_ choice: ChoiceLists.Choice) { self.choice = choice }

  func fill(_ element: SurveyElement, _ findings: inout Findings) -> SurveyElement {
    var copy = element
    copy.name = text(element.name, nil, element.nameLocation, &findings)
    copy.label = wording(element.label, &findings)
    copy.hint = wording(element.hint, &findings)
    copy.guidance = wording(element.guidance, &findings)
    copy.constraintMessage = wording(element.constraintMessage, &findings)
    copy.requiredMessage = wording(element.requiredMessage, &findings)
    copy.bind = element.bind.mapValues { cell($0, &findings) }
    copy.control = element.control.mapValues { cell($0, &findings) }
    copy.initial = element.initial.map { cell($0, &findings) }
    copy.actions = element.actions.map { action in
      guard case .value(let value) = action.effect else { return action }
      return .init(event: action.event, effect: .value(cell(value, &findings)))
    }
    if let filter = element.choices?.filter { copy.choices?.filter = cell(filter, &findings) }
    return copy
  }

  private func cell(_ cell: FormSource.Cell, _ findings: inout Findings) -> FormSource.Cell {
    .init(text: text(cell.text, nil, cell.location, &findings), location: cell.location)
  }

  private func wording(_ wording: Wording, _ findings: inout Findings) -> Wording {
    wording.map { text($1.text, $0, $1.location, &findings) }
  }

  private func text(
    _ text: String, _ language: String?, _ location: SourceLocation, _ findings: inout Findings
  ) -> String {
    guard text.utf8.contains(UInt8(ascii: "%")) else { return text }
    let translation = choice.label.translations.first { $0.language == language }
    let label = translation?.cell.text ?? choice.label.firstCell?.text ?? ""
    var result = ""
    var rest = text[...]
    while let mark = rest.firstIndex(of: "%") {
      result += rest[..<mark]
      rest = rest[mark...]
      if let (word, value) = [("%(name)s", choice.name), ("%(label)s", label), ("%%", "%")]
        .first(where: { rest.hasPrefix($0.0) })
      {
        result += value
        rest = rest.dropFirst(word.count)
      } else {
        findings.fault(location, .invalidValue, String(rest.prefix(20)))
        return text
      }
    }
    return result + rest
  }
}
