// The body: groups, repeats and questions.

extension XFormReader {
  /// Where in the body we are.
  struct Place {
    /// The enclosing control; -1 at the top.
    var control = -1
    /// The node that relative paths start from.
    var context = 0
  }

  mutating func readBody(_ body: XMLElement?) {
    guard let body else { return }
    readControls(body, at: Place())
  }

  private mutating func readControls(_ container: XMLElement, at place: Place) {
    for case .element(let element) in container.children {
      switch element.name.local {
      case "group": readGroup(element, at: place)
      case "repeat": readRepeat(element, at: place)
      case "setvalue", "setgeopoint", "recordaudio":
        if isRepeat(place.control) {
          readAction(element, in: place.control)
        } else {
          // JavaRosa hears no action that stands in a group or in the body itself.
          warn(element, .unknownElement, element.name.written)
        }
      case "label", "hint", "help", "alert": break
      default:
        if let kind = Self.questions[element.name.local] {
          readQuestion(element, kind, at: place)
        } else {
          warn(element, .unknownElement, element.name.written)
          readControls(element, at: place)
        }
      }
    }
  }

  private static let questions: [String: FormSource.Control.Kind] = [
    "input": .input, "secret": .input, "textarea": .input, "select1": .selectOne,
    "select": .selectMultiple, "rank": .rank, "range": .range, "upload": .upload,
    "trigger": .trigger,
  ]

  private func isRepeat(_ control: Int) -> Bool {
    guard control >= 0, case .repeats = source.controls[control].kind else { return false }
    return true
  }

  // MARK: Groups and repeats

  private mutating func readGroup(_ element: XMLElement, at place: Place) {
    var node: Int?
    if element.attribute("ref") != nil || element.attribute("bind") != nil {
      guard let found = self.node(of: element, "ref", at: place) else { return }
      node = found
    }
    let control = add(element, .group, node, at: place)
    readControls(element, at: Place(control: control, context: node ?? place.context))
  }

  private mutating func readRepeat(_ element: XMLElement, at place: Place) {
    guard element.attribute("nodeset") != nil || element.attribute("bind") != nil else {
      return fault(element, .missingElement, "nodeset")
    }
    guard let node = node(of: element, "nodeset", at: place) else { return }
    guard node > 0 else { return fault(element, .unsupportedPath, path(0), "nodeset") }
    source.nodes[node].isRepeat = true
    let isFixed = element.attribute("noAddRemove", in: XForm.Namespace.javaRosa)
    let kind = FormSource.Control.Kind.repeats(
      count: count(element, at: place), isFixed: isFixed?.lowercased() == "true()")
    let control = add(element, kind, node, at: place)
    readControls(element, at: Place(control: control, context: node))
  }

  /// `jr:count`, as a path from the root: it is relative to the enclosing group.
  private mutating func count(_ element: XMLElement, at place: Place) -> FormSource.Cell? {
    guard let text = element.attribute("count", in: XForm.Namespace.javaRosa) else { return nil }
    guard let path = WrittenPath(text) else {
      fault(element, .unsupportedPath, text, "jr:count")
      return nil
    }
    guard let node = nodes(path, from: place.context).first else {
      warn(element, .unknownReference, text, "jr:count")
      return nil
    }
    return FormSource.Cell(
      text: path.isAbsolute ? text : self.path(node), location: location(element, "jr:count"))
  }

  // MARK: Questions

  private mutating func readQuestion(
    _ element: XMLElement, _ kind: FormSource.Control.Kind, at place: Place
  ) {
    guard element.attribute("ref") != nil || element.attribute("bind") != nil else {
      return fault(element, .missingElement, "ref")
    }
    guard let node = node(of: element, "ref", at: place) else { return }
    let control = add(element, kind, node, at: place)
    switch kind {
    case .selectOne, .selectMultiple, .rank: readChoices(element, of: control)
    case .range: checkRange(element)
    default: break
    }
    let known: Set<String> = ["label", "hint", "help", "alert", "item", "itemset"]
    for case .element(let child) in element.children {
      switch child.name.local {
      case "setvalue", "setgeopoint", "recordaudio": readAction(child, in: control)
      case let name where !known.contains(name): warn(child, .unknownElement, child.name.written)
      default: break
      }
    }
  }

  private mutating func checkRange(_ element: XMLElement) {
    for attribute in ["start", "end", "step"] {
      guard let text = element.attribute(attribute) else { continue }
      if Double(Self.trimmed(text))?.isFinite != true {
        fault(element, .invalidValue, text, attribute)
      }
    }
  }

  /// Adds a control and returns its place.
  private mutating func add(
    _ element: XMLElement, _ kind: FormSource.Control.Kind, _ node: Int?, at place: Place
  ) -> Int {
    var control = FormSource.Control(
      kind: kind, parent: place.control, location: location(element), node: node)
    for case .element(let child) in element.children {
      if child.name.local == "label" { control.label = text(child) }
      if child.name.local == "hint" { control.hint = text(child) }
    }
    control.appearance = element.attribute("appearance") ?? ""
    control.attributes = node.flatMap { bindAttributes[$0] } ?? [:]
    let taken: Set<String> = ["ref", "nodeset", "bind", "appearance", "count", "noAddRemove"]
    for attribute in element.attributes where !taken.contains(attribute.name.local) {
      control.attributes[attribute.name.local] = attribute.value
    }
    source.controls.append(control)
    return source.controls.count - 1
  }

  /// The node an element is bound to, by a bind's id or a path.
  mutating func node(of element: XMLElement, _ attribute: String, at place: Place) -> Int? {
    if let id = element.attribute("bind") {
      if let node = bindIDs[id], node >= 0 { return node }
      fault(element, .unknownReference, id, "bind")
      return nil
    }
    let text = element.attribute(attribute) ?? ""
    guard let path = WrittenPath(text), !path.steps.contains(.any) else {
      fault(element, .unsupportedPath, text, attribute)
      return nil
    }
    guard let node = nodes(path, from: place.context).first else {
      fault(element, .unknownReference, text, attribute)
      return nil
    }
    return node
  }

  // MARK: Scopes

  /// A control has to stand in the same repeat as its node.
  mutating func checkRepeatScopes() {
    for control in source.controls {
      guard let node = control.node else { continue }
      let outside = nearestRepeat(source.nodes[node].parent)
      let enclosing = enclosingRepeat(control)
      guard enclosing != outside, enclosing != nearestRepeat(node) else { continue }
      guard faults.count < FormFaults.limit else { return }
      faults.append(control.location.fault(.unsupportedPath, path(node)))
    }
  }

  private func enclosingRepeat(_ control: FormSource.Control) -> Int? {
    var parent = control.parent
    while parent >= 0 {
      if isRepeat(parent) { return source.controls[parent].node }
      parent = source.controls[parent].parent
    }
    return nil
  }
}
