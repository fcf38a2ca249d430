// Actions: what sets a value when something happens.

extension XFormReader {
  mutating func readModelActions(_ model: XMLElement) {
    for case .element(let element) in model.children {
      switch element.name.local {
      case "setvalue", "setgeopoint", "recordaudio": readAction(element, in: nil)
      default: break
      }
    }
  }

  mutating func readAction(_ element: XMLElement, in control: Int?) {
    guard let effect = effect(element), let events = events(element),
      let target = target(element)
    else { return }
    source.actions.append(
      FormSource.Action(
        events: events, effect: effect, target: target, control: control,
        location: location(element)))
  }

  private mutating func effect(_ element: XMLElement) -> FormSource.Action.Effect? {
    if element.name.local == "setvalue" {
      guard element.attribute("value") != nil else { return .literal(element.text) }
      return cell(element, "value").map { .value($0) }
    }
    guard element.name.namespace == XForm.Namespace.odk else {
      fault(element, .unknownElement, element.name.written)
      return nil
    }
    return element.name.local == "setgeopoint" ? .geopoint : .audio
  }

  /// What JavaRosa still calls some events, and `odk-…` by its own name.
  private static let oldEvents: [String: FormSource.Action.Event] = [
    "xforms-ready": .instanceFirstLoad, "jr-insert": .newRepeat,
  ]

  private mutating func events(_ element: XMLElement) -> Set<FormSource.Action.Event>? {
    let names = element.attributes.first { $0.name.local == "event" }?.value.split(separator: " ")
    guard let names, !names.isEmpty else {
      fault(element, .missingElement, "event")
      return nil
    }
    var events: Set<FormSource.Action.Event> = []
    for name in names.map(String.init) {
      guard let event = FormSource.Action.Event(rawValue: name) ?? Self.oldEvents[name] else {
        fault(element, .invalidValue, name, "event")
        return nil
      }
      events.insert(event)
    }
    return events
  }

  private mutating func target(_ element: XMLElement) -> Int? {
    guard element.attribute("bind") != nil || element.attribute("ref") != nil else {
      fault(element, .missingElement, "ref")
      return nil
    }
    // JavaRosa takes a relative path for one from the root, and then fails.
    if element.attribute("bind") == nil, let ref = element.attribute("ref"),
      WrittenPath(ref)?.isAbsolute == false
    {
      fault(element, .unsupportedPath, ref, "ref")
      return nil
    }
    guard let node = node(of: element, "ref", at: Place()) else { return nil }
    guard !shape.hasElements(node) else {
      fault(element, .unsupportedPath, path(node), "ref")
      return nil
    }
    return node
  }
}
