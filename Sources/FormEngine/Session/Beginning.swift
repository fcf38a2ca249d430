// What a session begins with: what the form says by itself, preloads, and what
// actions set at an event.

import Domain

extension FormSession {
  /// Values to start with: texts and preloads, then everything computed, then the
  /// actions of the first load in the order of the form (as JavaRosa).
  func begin(keeping kept: Set<Int>) {
    setTexts(in: 0, keeping: kept)
    recalculateAll()
    run(.instanceFirstLoad, keeping: kept)
    run(.instanceLoad, keeping: kept)
    settle()
  }

  func setTexts(in node: Int, keeping kept: Set<Int>) {
    forEachNode(in: node) { id, form in
      guard form.questionType != nil, !kept.contains(form.id) else { return }
      if let preload = form.preload, let loaded = loaded(preload, form.type) {
        instance.setAnswer(loaded, of: id)
      } else if let text = instance.nodes[id].text {
        instance.setAnswer(
          Answer.parse(text, as: form.type, offsetSeconds: environment.timeZoneOffsetSeconds),
          of: id)
      }
    }
  }

  /// `jr:preload` (ODK XForms, preload attributes); nil when there is nothing to load.
  private func loaded(_ preload: FormSource.Preload, _ type: DataType) -> Answer? {
    switch (preload.kind, preload.parameter) {
    case ("timestamp", "start"): return .dateTime(environment.now())
    case ("date", "today"): return .date(today)
    case ("property", let name):
      let value = environment.property(name)
      return value.isEmpty ? nil : .text(value)
    case ("uid", _): return .text("uuid:" + environment.makeUUID())
    case ("string", let text): return text.isEmpty ? nil : .text(text)
    default: return nil
    }
  }

  private var today: Int64 {
    let local = environment.now() + Int64(environment.timeZoneOffsetSeconds) * 1000
    return local.floorDivided(by: CalendarTime.dayLength) * CalendarTime.dayLength
      - Int64(environment.timeZoneOffsetSeconds) * 1000
  }

  /// Notes the moment of finishing where the form asks for it.
  public func markFinished() {
    for form in definition.nodes where form.questionType == .end {
      for node in instance.instances(of: form.id, under: 0) {
        instance.setAnswer(.dateTime(environment.now()), of: node)
        scheduleDependents(of: form.id, at: node)
      }
    }
    settle()
  }

  private func forEachNode(in node: Int, _ body: (Int, FormNode) -> Void) {
    body(node, instance.form(node))
    for child in instance.nodes[node].children.joined() { forEachNode(in: child, body) }
  }

  func fillRepeats(in node: Int, _ count: (Int) -> Int) {
    for schema in instance.form(node).children {
      let form = definition.nodes[schema]
      if form.kind == .repeats, form.count == nil {
        // A template may have brought instances along.
        let there = instance.instances(of: schema, in: node).count
        for _ in there..<max(there, count(schema)) {
          _ = instance.append(repeat: schema, to: node)
        }
      }
      for child in instance.instances(of: schema, in: node) where !form.children.isEmpty {
        fillRepeats(in: child, count)
      }
    }
  }

  // MARK: Actions

  func run(_ event: FormSource.Action.Event, keeping kept: Set<Int>) {
    for action in definition.actions
    where action.events.contains(event) && !kept.contains(action.target) {
      run(action, in: 0)
    }
  }

  func runNewRepeat(_ node: Int) {
    let schema = instance.nodes[node].schema
    for action in definition.actions
    where action.events.contains(.newRepeat) && action.observer == schema {
      run(action, in: node)
    }
  }

  /// What a changed answer sets elsewhere: in the nearest instance of the target.
  func runValueChanged(_ node: Int) {
    let schema = instance.nodes[node].schema
    for action in definition.actions
    where action.events.contains(.valueChanged) && action.observer == schema {
      run(action, in: instance.commonAncestor(of: node, and: action.target))
    }
  }

  private func run(_ action: FormAction, in scope: Int) {
    for node in instance.instances(of: action.target, under: scope) {
      do {
        guard let answer = try result(of: action, at: node) else { continue }
        put(answer.answer, in: node)
      } catch {
        setFault(error, of: node)
      }
    }
  }

  /// What an action sets; nil when this device does nothing at it.
  private func result(of action: FormAction, at node: Int) throws(EvaluationFault)
    -> (answer: Answer?, Void)?
  {
    let type = definition.nodes[action.target].type
    let value: XPathValue
    switch action.effect {
    case .value(let formula): value = try evaluator.scalar(formula, EvaluationContext(node))
    case .literal(let text): value = .string(text)
    case .geopoint, .audio: return nil
    }
    return (
      try Answer.wrap(value, as: type, offsetSeconds: environment.timeZoneOffsetSeconds), ()
    )
  }

  private func put(_ answer: Answer?, in node: Int) {
    guard answer != instance.nodes[node].answer else { return }
    instance.setAnswer(answer, of: node)
    scheduleDependents(of: instance.nodes[node].schema, at: node)
    runRecalculation()
  }
}
