// Where a control's choices come from: an internal list, a file, answers in a
// repeat, or items that stand in the control itself.

extension SourceWriter {
  mutating func writeChoices(
    _ place: Int, _ element: SurveyElement, _ control: inout FormSource.Control
  ) {
    guard let choices = element.choices else { return }
    if isSearch(element) {
      writeItems(choices, element, &control)
      return
    }
    let isRange = control.kind == .range
    if !isRange, let itemset = fileItemset(choices) {
      control.itemset = itemset
    } else if !isRange, let reference = References.only(choices.source.text) {
      control.itemset = repeatItemset(choices, reference, place, element)
    } else {
      control.itemset = listItemset(choices, isRange: isRange)
    }
  }

  private func listItemset(
    _ choices: SurveyElement.Choices, isRange: Bool
  ) -> FormSource.Itemset {
    let needsItext = self.choices.list(choices.source.text)?.needsItext ?? false
    return itemset(
      "instance('\(choices.source.text)')/root/item", isRange ? nil : choices.filter?.text,
      value: "name", label: needsItext ? "jr:itext(itextId)" : "label", choices)
  }

  private func fileItemset(_ choices: SurveyElement.Choices) -> FormSource.Itemset? {
    let file = FileName(choices.source.text)
    guard file.isInstance else { return nil }
    let isMap = file.suffix == ".geojson"
    return itemset(
      "instance('\(file.stem)')/root/item", choices.filter?.text,
      value: choices.value ?? (isMap ? "id" : "name"),
      label: choices.label ?? (isMap ? "title" : "label"), choices)
  }

  /// `select_one ${name}`: the answers to a question in a repeat, or, for a place on a
  /// map, the instances of a repeat that have a geometry.
  private mutating func repeatItemset(
    _ choices: SurveyElement.Choices, _ reference: References.Reference, _ place: Int,
    _ element: SurveyElement
  ) -> FormSource.Itemset? {
    guard let target = paths.place(of: reference.name) else {
      let code: FormFault.Code =
        paths.isAmbiguous(reference.name) ? .ambiguousReference : .unknownReference
      findings.fault(choices.source.location, code, reference.name)
      return nil
    }
    let path = paths.path(of: target, from: place, allInstances: true, startsAtCurrent: false)
    if case .question(let type) = element.kind, type.isGeometry {
      return itemset(
        path, choices.filter?.text ?? "./geometry != ''", value: "geometry",
        label: "geometry", choices)
    }
    guard let slash = path.lastIndex(of: "/") else { return nil }
    let nodeset = String(path[..<slash])
    let name = String(path[path.index(after: slash)...])
    var filter = "./\(name) != ''"
    if let authored = choices.filter {
      guard let expanded = expand(authored, place, nodeset) else { return nil }
      filter = expanded
    }
    return itemset(nodeset, filter, value: name, label: name, choices)
  }

  /// In a filter over answers, what stands in the same repeat is meant of each instance.
  private mutating func expand(_ filter: Cell, _ place: Int, _ nodeset: String) -> String? {
    guard let text = paths.expand(filter.text, from: place) else {
      for reference in References.all(in: filter.text) ?? []
      where paths.place(of: reference.name) == nil {
        findings.fault(filter.location, .unknownReference, reference.name)
      }
      if References.all(in: filter.text) == nil {
        findings.fault(filter.location, .syntax, filter.text)
      }
      return nil
    }
    return text.replacing("current()/" + nodeset, with: ".").replacing(nodeset, with: ".")
  }

  private func itemset(
    _ nodeset: String, _ filter: String?, value: String, label: String,
    _ choices: SurveyElement.Choices
  ) -> FormSource.Itemset {
    var text = nodeset + (filter.map { "[\($0)]" } ?? "")
    if choices.isRandomized {
      text = choices.seed.map { "randomize(\(text), \($0))" } ?? "randomize(\(text))"
    }
    let location = choices.filter?.location ?? choices.source.location
    return FormSource.Itemset(
      nodeset: Cell(text: text, location: location),
      value: Cell(text: value, location: choices.source.location),
      label: Cell(text: label, location: choices.source.location))
  }

  // MARK: search()

  /// `search('file')` in an appearance: Collect looks choices up in a file by itself, so
  /// what the form lists stands in the control.
  private func isSearch(_ element: SurveyElement) -> Bool {
    guard case .question(let type) = element.kind,
      [.selectOne, .selectMultiple, .rank].contains(type.control),
      let appearance = element.control["appearance"]?.text,
      let begin = appearance.firstRange(of: "search(")
    else { return false }
    return appearance[begin.upperBound...].contains(")")
  }

  private mutating func writeItems(
    _ choices: SurveyElement.Choices, _ element: SurveyElement,
    _ control: inout FormSource.Control
  ) {
    guard let place = self.choices.place(of: choices.source.text) else {
      findings.fault(
        element.control["appearance"]?.location ?? element.location, .invalidValue,
        choices.source.text)
      return
    }
    self.choices.setInline(place)
    let list = self.choices.lists[place]
    for choice in list.choices {
      let label =
        list.needsItext
        ? texts.choice(choice) : element.label.isEmpty ? .init() : texts.inline(choice.label)
      control.items.append(FormSource.Item(value: choice.name, label: label))
    }
  }
}
