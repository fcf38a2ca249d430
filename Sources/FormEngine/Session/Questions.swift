// What a person goes through now, and what still stands in the way of finishing.

extension FormSession {
  /// The steps of the form as they stand, in order; only what is relevant, and of
  /// groups only those with words. Choices are left out: they may be very many, and
  /// `question(_:)` has them for the one that is asked.
  public var questions: [Question] {
    steps(includingUnasked: false)
  }

  /// Every step of the body in order, groups without words and what is not relevant
  /// included.
  public var everyStep: [Question] {
    steps(includingUnasked: true)
  }

  private func steps(includingUnasked: Bool) -> [Question] {
    var walk = BodyWalk(session: self, includesUnasked: includingUnasked)
    var steps: [Question] = []
    walk.run { steps.append(self.question(of: $0, withChoices: false)) }
    return steps
  }

  /// Whether a control stands for what a reference names.
  public func isAsked(_ ref: String) throws(AnswerFault) -> Bool {
    // The next instance of a repeat, still to be made, is asked like the others.
    guard case .node(let node) = try locate(ref) else { return true }
    return instance.form(node).control != nil
  }

  /// One step by its reference, as it stands now.
  public func question(_ ref: String) throws(AnswerFault) -> Question {
    let node = try existing(ref)
    let form = instance.form(node)
    guard let number = form.control else { return unasked(node, form) }
    return question(of: .node(node, control: number), withChoices: true)
  }

  // MARK: Steps

  private func question(of stop: BodyWalk.Stop, withChoices: Bool) -> Question {
    switch stop {
    case .node(let node, let number):
      return question(node, definition.controls[number], withChoices: withChoices)
    case .prompt(let number, let parent):
      return prompt(definition.controls[number], in: parent)
    }
  }

  private func question(_ node: Int, _ control: FormControl, withChoices: Bool) -> Question {
    let form = instance.form(node)
    let context = EvaluationContext(node)
    let kind: Question.Kind
    switch control.kind {
    case .group: kind = .group
    case .repeats: kind = .instance(instance.ordinal(of: node) + 1)
    case .question(let type): kind = .question(type)
    }
    return Question(
      ref: instance.reference(node), kind: kind,
      label: evaluator.text(control.label, context) ?? form.name,
      hasLabel: !control.label.parts.isEmpty, hint: evaluator.text(control.hint, context),
      guidanceHint: evaluator.said(control.hint.guidance, context),
      isRequired: holds(form.required, context), isReadonly: isReadonly(node, form, context),
      value: text(of: node), chosen: chosen(at: node, control),
      choices: withChoices ? choices(of: node, control) : [],
      constraintMessage: evaluator.text(form.constraintMessage, context),
      appearance: control.appearance, parameters: control.parameters,
      media: evaluator.localized(control.label.media) ?? [:], depth: form.depth - 1,
      isRelevant: instance.isRelevant(node))
  }

  /// A node that no control stands for.
  private func unasked(_ node: Int, _ form: FormNode) -> Question {
    let kind: Question.Kind
    switch form.kind {
    case .group: kind = .group
    case .repeats: kind = .instance(instance.ordinal(of: node) + 1)
    case .question(let type): kind = .question(type)
    }
    return Question(
      ref: instance.reference(node), kind: kind, label: form.name, hasLabel: false, hint: nil,
      guidanceHint: nil,
      isRequired: false, isReadonly: true, value: text(of: node), chosen: [],
      choices: [],
      constraintMessage: nil, appearance: "", parameters: [:], media: [:], depth: form.depth - 1,
      isRelevant: instance.isRelevant(node))
  }

  private func prompt(_ control: FormControl, in parent: Int) -> Question {
    let schema = control.node ?? 0
    let form = definition.nodes[schema]
    let context = EvaluationContext(parent, isChildless: true)
    let count = instance.instances(of: schema, in: parent).count
    return Question(
      ref: instance.reference(parent) + "/\(form.name)[\(count + 1)]",
      kind: .addInstance(count: count), label: evaluator.text(control.label, context) ?? form.name,
      hasLabel: !control.label.parts.isEmpty, hint: evaluator.text(control.hint, context),
      guidanceHint: nil, isRequired: false,
      isReadonly: false, value: "", chosen: [], choices: [], constraintMessage: nil,
      appearance: control.appearance, parameters: control.parameters, media: [:],
      depth: form.depth - 1,
      isRelevant: instance.isRelevant(parent) && offersInstance(of: schema, in: parent)
        && form.count == nil && !control.isFixed)
  }

  private func isReadonly(_ node: Int, _ form: FormNode, _ context: EvaluationContext) -> Bool {
    form.questionType == .note || holds(form.readonly, context)
  }

  func holds(_ formula: Formula?, _ context: EvaluationContext) -> Bool {
    guard let formula else { return false }
    do {
      return try evaluator.isTrue(formula, context)
    } catch {
      return false
    }
  }

  private func choices(of node: Int, _ control: FormControl) -> [Question.Choice] {
    guard control.questionType?.hasChoices == true else { return [] }
    do {
      return try evaluator.offers(control, at: node).map { (offer) throws(EvaluationFault) in
        Question.Choice(
          name: try evaluator.value(of: offer, control),
          label: try evaluator.label(of: offer, control, at: node), columns: columns(of: offer),
          media: evaluator.media(of: offer, control))
      }
    } catch {
      setFault(error, of: node)
      return []
    }
  }

  /// The words of the values chosen; the value itself where the list has it no more.
  private func chosen(at node: Int, _ control: FormControl) -> [String] {
    guard control.questionType?.hasChoices == true else { return [] }
    let text = text(of: node)
    guard !text.isEmpty else { return [] }
    let values =
      control.questionType == .selectOne ? [text] : text.split(separator: " ").map(String.init)
    return values.map { value in
      do {
        let label = try evaluator.choiceLabel(of: value, control, at: node)
        return label.isEmpty ? value : label
      } catch {
        return value
      }
    }
  }

  /// The free columns of a choice in a list.
  private func columns(of offer: Evaluator.Offer) -> [String: String] {
    guard case .node(let handle) = offer, handle.instance >= 0 else { return [:] }
    let tree = definition.instances[handle.instance]
    var columns: [String: String] = [:]
    for child in tree.children(handle.index) {
      let name = tree.names[Int(tree.elements[child].name)]
      guard !["name", "label", "itextId"].contains(name), columns[name] == nil else { continue }
      let text = tree.text(child)
      if !text.isEmpty { columns[name] = text }
    }
    return columns
  }

  func text(of node: Int) -> String {
    instance.nodes[node].answer?.text(offsetSeconds: environment.timeZoneOffsetSeconds) ?? ""
  }

  /// The answer to a question, computed ones included; empty when there is none.
  public func value(of ref: String) throws(AnswerFault) -> String {
    text(of: try existing(ref))
  }

  /// The form's own name for this filling-in (`instance_name`); nil when it has none.
  public var instanceName: String? {
    guard let name = definition.instanceName, let node = instance.nearest(name, to: 0) else {
      return nil
    }
    let text = text(of: node)
    return text.isEmpty ? nil : text
  }

  /// Everything that keeps the form from being finished, in the order of the form.
  public func check() -> [AnswerFault] {
    var faults: [AnswerFault] = []
    check(0, into: &faults)
    return faults
  }

  private func check(_ node: Int, into faults: inout [AnswerFault]) {
    guard instance.isPresent(node) else { return }
    let form = instance.form(node)
    // A note that needs an answer nobody can give keeps a form from being finished:
    // authors mean just that.
    if let type = form.questionType, form.control != nil {
      do {
        try checkAnswer(node, type)
      } catch {
        faults.append(error)
      }
    }
    for child in instance.nodes[node].children.joined() { check(child, into: &faults) }
  }

  private func checkAnswer(_ node: Int, _ type: QuestionType) throws(AnswerFault) {
    guard let answer = instance.nodes[node].answer else {
      if try isRequired(node) { throw required(node) }
      return
    }
    if let stray = try strayChoices(answer, type, node) { throw stray }
    try checkConstraint(node, answer)
  }
}
