// The body: a control for each question that can be seen, inside its groups and
// repeats, and the actions that belong to controls.

extension SourceWriter {
  mutating func writeControl(_ place: Int, in parent: Int) {
    let element = tree[place]
    switch element.kind {
    case .group, .loop: writeGroup(place, element, in: parent)
    case .repeats: writeRepeat(place, element, in: parent)
    case .question(let type):
      guard let tag = type.control, !element.isInvisibleCalculation else { return }
      writeQuestion(place, element, tag, in: parent)
    case .meta, .external, .entity, .attribute, .entityLabel: return
    }
  }

  private mutating func writeGroup(_ place: Int, _ element: SurveyElement, in parent: Int) {
    var group = FormSource.Control(
      kind: .group, parent: parent, location: element.location, node: nodes[place])
    if !element.label.isEmpty { group.label = texts.label(of: element) }
    writeAttributes(of: element, &group)
    let own = append(group)
    for child in element.children { writeControl(child, in: own) }
  }

  /// A repeat stands in a group that has its label.
  private mutating func writeRepeat(_ place: Int, _ element: SurveyElement, in parent: Int) {
    var group = FormSource.Control(
      kind: .group, parent: parent, location: element.location, node: nodes[place])
    group.label = texts.label(of: element)
    let outer = append(group)
    let isFixed = element.control["jr:noAddRemove"] != nil
    var repeats = FormSource.Control(
      kind: .repeats(count: element.control["jr:count"], isFixed: isFixed), parent: outer,
      location: element.location, node: nodes[place])
    writeAttributes(of: element, &repeats)
    let own = append(repeats)
    for child in element.children { writeControl(child, in: own) }
    writeNewRepeatActions(place, own)
  }

  private mutating func writeQuestion(
    _ place: Int, _ element: SurveyElement, _ tag: AuthoredType.Control, in parent: Int
  ) {
    var control = FormSource.Control(
      kind: Self.kind(of: tag), parent: parent, location: element.location, node: nodes[place])
    checkLabel(element)
    control.label = label(of: element)
    control.hint = texts.hint(of: element)
    writeAttributes(of: element, &control)
    if case .upload(let mediatype) = tag, control.attributes["mediatype"] == nil {
      control.attributes["mediatype"] = mediatype
    }
    if element.choices != nil { writeChoices(place, element, &control) }
    let own = append(control)
    writeTriggered(element, own)
  }

  private static func kind(of tag: AuthoredType.Control) -> FormSource.Control.Kind {
    switch tag {
    case .input: .input
    case .trigger: .trigger
    case .selectOne: .selectOne
    case .selectMultiple: .selectMultiple
    case .rank: .rank
    case .range: .range
    case .upload: .upload
    }
  }

  private mutating func append(_ control: FormSource.Control) -> Int {
    source.controls.append(control)
    return source.controls.count - 1
  }

  /// A row of a table that only shows its list's labels may go without one.
  private func isLabelRow(_ element: SurveyElement) -> Bool {
    element.control["appearance"]?.text == "label"
  }

  private mutating func checkLabel(_ element: SurveyElement) {
    if element.label.isEmpty, element.media.isEmpty, element.hint.isEmpty,
      !isLabelRow(element)
    {
      let location = SourceLocation(
        sheet: element.location.sheet, row: element.location.row, column: "label")
      findings.fault(location, .missingLabel, element.name)
    }
    let kinds = element.media.map(\.kind)
    if let big = element.media.first(where: { $0.kind == "big-image" }),
      !kinds.contains("image"), let cell = big.file.firstCell
    {
      findings.fault(cell.location, .invalidValue, cell.text)
    }
  }

  private mutating func label(of element: SurveyElement) -> FormSource.Text {
    guard element.label.isEmpty, isLabelRow(element) else { return texts.label(of: element) }
    var blank = element
    blank.label = Wording(element.cell(" "))
    return texts.label(of: blank)
  }

  private func writeAttributes(of element: SurveyElement, _ control: inout FormSource.Control) {
    for (name, cell) in element.control {
      switch name {
      case "appearance": control.appearance = cell.text
      case "jr:count", "jr:noAddRemove": break
      default: control.attributes[Self.localName(name)] = cell.text
      }
    }
    // What a bind says to the control rather than to the value.
    for name in ["orx:max-pixels", "odk:quality", "odk:allow-mock-accuracy"] {
      if let cell = element.bind[name] { control.attributes[Self.localName(name)] = cell.text }
    }
  }

  // MARK: Actions

  mutating func writeModelActions() {
    for place in tree.preorder() {
      for action in tree[place].actions where action.event != .newRepeat {
        append(action.event, action.effect, place, control: nil)
      }
    }
  }

  /// A new instance gets the defaults of what stands in it, inner repeats left out.
  private mutating func writeNewRepeatActions(_ place: Int, _ control: Int) {
    for inner in descendants(of: place) where tree.repeats(around: inner).first == place {
      for action in tree[inner].actions where action.event == .newRepeat {
        append(action.event, action.effect, inner, control: control)
      }
    }
  }

  private func descendants(of place: Int) -> [Int] {
    var result: [Int] = []
    var pending = Array(tree[place].children.reversed())
    while let next = pending.popLast() {
      result.append(next)
      pending.append(contentsOf: tree[next].children.reversed())
    }
    return result
  }

  private mutating func writeTriggered(_ element: SurveyElement, _ control: Int) {
    let targets = triggered[element.name] ?? []
    for target in targets where tree[target].typeName != "background-geopoint" {
      let effect = tree[target].bind["calculate"].map { FormSource.Action.Effect.value($0) }
      append(.valueChanged, effect ?? .literal(""), target, control: control)
    }
    for target in targets where tree[target].typeName == "background-geopoint" {
      append(.valueChanged, .geopoint, target, control: control)
    }
  }

  private mutating func append(
    _ event: FormSource.Action.Event, _ effect: FormSource.Action.Effect, _ target: Int,
    control: Int?
  ) {
    guard let node = nodes[target] else { return }
    source.actions.append(
      FormSource.Action(
        events: [event], effect: effect, target: node, control: control,
        location: tree[target].location))
  }
}
