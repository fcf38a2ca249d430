// What a person goes through now, and what still stands in the way of finishing.

extension FormSession {
  /// The steps of the form as they stand, in order; only what is relevant.
  public var questions: [Question] {
    var steps: [Question] = []
    collect(0, into: &steps)
    return steps
  }

  /// One step by its reference, as it stands now.
  public func question(_ ref: String) throws(AnswerFault) -> Question {
    let node = try existing(ref)
    return step(node, kind(of: node))
  }

  private func kind(of node: Int) -> Question.Kind {
    switch instance.form(node).kind {
    case .group: .group
    case .repeats: .instance(instance.ordinal(of: node) + 1)
    case .question(let type): .question(type)
    }
  }

  private func collect(_ parent: Int, into steps: inout [Question]) {
    for (schema, children) in zip(instance.form(parent).children, instance.nodes[parent].children) {
      let form = definition.nodes[schema]
      if form.isHidden { continue }
      for node in children where instance.isPresent(node) {
        if form.kind != .group || !form.label.parts.isEmpty {
          steps.append(step(node, kind(of: node)))
        }
        if form.questionType == nil { collect(node, into: &steps) }
      }
      if form.kind == .repeats, form.countNode == nil, offersInstance(of: schema, in: parent) {
        steps.append(prompt(schema, in: parent, count: children.count))
      }
    }
  }

  private func step(_ node: Int, _ kind: Question.Kind) -> Question {
    let form = instance.form(node)
    let context = EvaluationContext(node)
    return Question(
      ref: instance.reference(node), kind: kind,
      label: evaluator.text(form.label, context) ?? form.name,
      hint: evaluator.text(form.hint, context),
      guidanceHint: evaluator.text(form.guidanceHint, context),
      isRequired: holds(form.required, context),
      isReadonly: form.questionType == .note || holds(form.readonly, context),
      value: text(of: node), choices: choices(of: node, form),
      constraintMessage: evaluator.text(form.constraintMessage, context),
      appearance: form.appearance, parameters: form.parameters, depth: form.depth - 1)
  }

  private func prompt(_ schema: Int, in parent: Int, count: Int) -> Question {
    let form = definition.nodes[schema]
    let context = EvaluationContext(parent, isChildless: true)
    return Question(
      ref: instance.reference(parent) + "/\(form.name)[\(count + 1)]",
      kind: .addInstance(count: count), label: evaluator.text(form.label, context) ?? form.name,
      hint: evaluator.text(form.hint, context), guidanceHint: nil, isRequired: false,
      isReadonly: false, value: "", choices: [], constraintMessage: nil,
      appearance: form.appearance, parameters: [:], depth: form.depth - 1)
  }

  func holds(_ formula: Formula?, _ context: EvaluationContext) -> Bool {
    guard let formula else { return false }
    do {
      return try evaluator.isTrue(formula, context)
    } catch {
      return false
    }
  }

  private func choices(of node: Int, _ form: FormNode) -> [Question.Choice] {
    guard let number = form.list else { return [] }
    let list = definition.lists[number]
    let rows: [Int]
    do {
      rows = try choiceRows(node)
    } catch {
      setFault(error, of: node)
      return []
    }
    return rows.map { row in
      var columns: [String: String] = [:]
      for (name, cell) in zip(list.columns, list.choices[row].cells) where !cell.isEmpty {
        columns[name] = cell
      }
      return Question.Choice(
        name: list.choices[row].name, label: evaluator.choiceLabel(number, row: row),
        columns: columns)
    }
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
    guard let formula = definition.instanceName else { return nil }
    do {
      let context = EvaluationContext(0, isChildless: true)
      return evaluator.string(try evaluator.evaluate(formula, context))
    } catch {
      return nil
    }
  }

  /// Everything that keeps the form from being finished, in the order of the form.
  public func check() -> [AnswerFault] {
    var faults: [AnswerFault] = []
    check(0, into: &faults)
    return faults
  }

  /// Notes the moment of finishing in the form's `end` questions.
  public func markFinished() {
    for form in definition.nodes where form.questionType == .end {
      for node in instance.instances(of: form.id, under: 0) {
        instance.setAnswer(.dateTime(environment.now()), of: node)
        scheduleDependents(of: form.id, at: node)
      }
    }
    settle()
  }

  private func check(_ node: Int, into faults: inout [AnswerFault]) {
    guard instance.isPresent(node) else { return }
    if let type = instance.form(node).questionType, type.isVisible, type != .note {
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
