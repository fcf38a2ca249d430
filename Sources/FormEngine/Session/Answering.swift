// Taking answers: everything is checked before anything is changed.

extension FormSession {
  /// Answers a question; an empty text takes the answer back.
  ///
  /// Makes the next instance of a repeat when the reference names exactly that.
  public func set(_ ref: String, to text: String) throws(AnswerFault) {
    switch try locate(ref) {
    case .node(let node): try set(node, to: text)
    case .next(let schema, let parent, let inside):
      guard !inside.isEmpty else {
        throw AnswerFault(ref: ref, code: .noSuchQuestion(nearest: []))
      }
      let instance = try append(schema, to: parent, ref: ref)
      do {
        // The instance is there now; a repeat inside may need its first one too.
        try set(ref, to: text)
      } catch {
        remove(instance)
        throw error
      }
    }
  }

  private func set(_ node: Int, to text: String) throws(AnswerFault) {
    let answer = try examine(node, text)
    unread.remove(node)
    guard answer != instance.nodes[node].answer else { return }
    instance.setAnswer(answer, of: node)
    scheduleDependents(of: instance.nodes[node].schema, at: node)
    scheduleOwn(node)
    runRecalculation()
    runValueChanged(node)
    settle()
  }

  /// Puts a value into a node past everything a person is held to: for programs that
  /// drive a form, and for nodes nobody is asked for.
  public func put(_ ref: String, _ text: String) throws(AnswerFault) {
    let node = try existing(ref)
    guard instance.form(node).questionType != nil else {
      throw AnswerFault(ref: ref, code: .noSuchQuestion(nearest: []))
    }
    let answer = text.isEmpty ? nil : try parse(text, node)
    guard answer != instance.nodes[node].answer else { return }
    instance.setAnswer(answer, of: node)
    scheduleDependents(of: instance.nodes[node].schema, at: node)
    scheduleOwn(node)
    settle()
  }

  /// What is calculated stays so: an answer stands only as long as the calculation
  /// comes to the same or leaves it alone (`once()`).
  private func scheduleOwn(_ node: Int) {
    for trigger in definition.plan.ownTriggers[instance.nodes[node].schema] {
      work.schedule(trigger, in: node)
    }
  }

  /// Whether an answer may be given; the answer it would be.
  private func examine(_ node: Int, _ text: String) throws(AnswerFault) -> Answer? {
    let form = instance.form(node)
    let ref = instance.reference(node)
    guard let type = form.questionType, type.isVisible else {
      throw AnswerFault(
        ref: ref,
        code: form.questionType == nil
          ? .noSuchQuestion(nearest: form.children.map { definition.nodes[$0].name }) : .readonly)
    }
    guard text.utf8.count <= Self.answerLimit else {
      throw AnswerFault(ref: ref, code: .tooLarge(limit: Self.answerLimit))
    }
    guard instance.isRelevant(node) else { throw AnswerFault(ref: ref, code: .notRelevant) }
    guard type != .note, try !isReadonly(node) else {
      throw AnswerFault(ref: ref, code: .readonly)
    }
    guard !text.isEmpty else {
      if try isRequired(node) { throw required(node) }
      return nil
    }
    let answer = try parse(text, node)
    if type == .geopoint, answer.isNowhere {
      if try isRequired(node) { throw required(node) }
      return nil
    }
    if let stray = try strayChoices(answer, type, node) { throw stray }
    try checkConstraint(node, answer)
    return answer
  }

  func parse(_ text: String, _ node: Int) throws(AnswerFault) -> Answer {
    let offset = environment.timeZoneOffsetSeconds
    let ref = instance.reference(node)
    let type = instance.form(node).type
    guard let answer = Answer.parse(text, as: type, offsetSeconds: offset) else {
      switch type {
      case .integer, .decimal, .boolean: throw AnswerFault(ref: ref, code: .notANumber)
      case .time: throw AnswerFault(ref: ref, code: .notATime)
      case .geopoint, .geotrace, .geoshape: throw AnswerFault(ref: ref, code: .notAPosition)
      default: throw AnswerFault(ref: ref, code: .notADate)
      }
    }
    return answer
  }

  /// A refusal when something is chosen that the (filtered) list does not offer.
  func strayChoices(_ answer: Answer, _ type: QuestionType, _ node: Int) throws(AnswerFault)
    -> AnswerFault?
  {
    guard type.hasChoices, let number = instance.form(node).control else { return nil }
    let control = definition.controls[number]
    let text = answer.text(offsetSeconds: environment.timeZoneOffsetSeconds)
    let chosen = type == .selectOne ? [text] : text.split(separator: " ").map(String.init)
    let offered = try evaluating(node) { () throws(EvaluationFault) in
      try evaluator.areOffered(chosen, control, at: node)
    }
    guard !offered else { return nil }
    return AnswerFault(
      ref: instance.reference(node), code: .notAChoice(allowed: try choiceNames(control, node)))
  }

  /// The names of what can be chosen, as many as are worth listing in a refusal.
  private func choiceNames(_ control: FormControl, _ node: Int) throws(AnswerFault) -> [String] {
    try evaluating(node) { () throws(EvaluationFault) in
      var names: [String] = []
      for offer in try evaluator.offers(control, at: node).prefix(Self.allowedLimit) {
        names.append(try evaluator.value(of: offer, control))
      }
      return names
    }
  }

  /// How many choices a refusal names at most.
  private static let allowedLimit = 1000

  func checkConstraint(_ node: Int, _ answer: Answer) throws(AnswerFault) {
    let form = instance.form(node)
    guard let constraint = form.constraint else { return }
    var examiner = evaluator
    examiner.candidate = (node, answer)
    let context = EvaluationContext(node)
    let holds = try evaluating(node) { () throws(EvaluationFault) in
      try examiner.isTrue(constraint, context)
    }
    guard holds else {
      throw AnswerFault(
        ref: instance.reference(node),
        code: .constraint(message: examiner.text(form.constraintMessage, context)))
    }
  }

  func isRequired(_ node: Int) throws(AnswerFault) -> Bool {
    guard let required = instance.form(node).required else { return false }
    return try evaluating(node) { () throws(EvaluationFault) in
      try evaluator.isTrue(required, EvaluationContext(node))
    }
  }

  func isReadonly(_ node: Int) throws(AnswerFault) -> Bool {
    guard let readonly = instance.form(node).readonly else { return false }
    return try evaluating(node) { () throws(EvaluationFault) in
      try evaluator.isTrue(readonly, EvaluationContext(node))
    }
  }

  func required(_ node: Int) -> AnswerFault {
    AnswerFault(
      ref: instance.reference(node),
      code: .required(
        message: evaluator.text(instance.form(node).requiredMessage, EvaluationContext(node))))
  }

  private func evaluating<Value>(_ node: Int, _ body: () throws(EvaluationFault) -> Value)
    throws(AnswerFault) -> Value
  {
    do {
      return try body()
    } catch {
      throw AnswerFault(ref: instance.reference(node), code: .evaluation(error))
    }
  }

  // MARK: Repeats

  /// Adds an instance of a repeat at its end; returns its reference.
  @discardableResult
  public func addRepeat(_ ref: String) throws(AnswerFault) -> String {
    let (schema, parent) = try repeatPlace(ref)
    return instance.reference(try append(schema, to: parent, ref: ref))
  }

  /// Takes an instance away even where the form says how many there are, which then
  /// makes a new one at the end: for programs that drive a form.
  public func dropInstance(_ ref: String) throws(AnswerFault) {
    let node = try existing(ref)
    guard instance.form(node).kind == .repeats else {
      throw AnswerFault(ref: ref, code: .noSuchQuestion(nearest: repeatNames))
    }
    remove(node)
  }

  /// Takes an instance of a repeat away with everything in it; those behind it move up.
  public func deleteRepeat(_ ref: String) throws(AnswerFault) {
    let node = try existing(ref)
    guard instance.form(node).kind == .repeats else {
      throw AnswerFault(ref: ref, code: .noSuchQuestion(nearest: repeatNames))
    }
    guard instance.form(node).count == nil else {
      throw AnswerFault(ref: ref, code: .countIsFixed)
    }
    remove(node)
  }

  private var repeatNames: [String] {
    definition.nodes.filter { $0.kind == .repeats }.map(\.name)
  }

  /// The repeat a reference names, with or without a position at its end.
  private func repeatPlace(_ ref: String) throws(AnswerFault) -> (schema: Int, parent: Int) {
    guard let reference = Reference(ref), let schema = schema(for: reference),
      definition.nodes[schema].kind == .repeats
    else { throw AnswerFault(ref: ref, code: .noSuchQuestion(nearest: repeatNames)) }
    if definition.nodes[schema].parent == 0 { return (schema, 0) }
    let outer = reference.steps.dropLast().map { step in
      step.name + (step.position.map { "[\($0)]" } ?? "")
    }
    let parentPath =
      outer.isEmpty
      ? definition.nodes[definition.nodes[schema].parent].path : outer.joined(separator: "/")
    return (schema, try existing(parentPath))
  }

  private func append(_ schema: Int, to parent: Int, ref: String) throws(AnswerFault) -> Int {
    guard definition.nodes[schema].count == nil else {
      throw AnswerFault(ref: ref, code: .countIsFixed)
    }
    guard instance.isRelevant(parent), offersInstance(of: schema, in: parent) else {
      throw AnswerFault(ref: ref, code: .notRelevant)
    }
    guard instance.instances(of: schema, in: parent).count < Self.instanceLimit,
      instance.nodes.count < FormInstance.nodeLimit
    else { throw AnswerFault(ref: ref, code: .tooLarge(limit: Self.instanceLimit)) }
    let id = makeInstance(of: schema, in: parent)
    noteInstances(of: schema, in: parent)
    settle()
    return id
  }

  private func remove(_ node: Int) {
    let (schema, parent) = (instance.nodes[node].schema, instance.nodes[node].parent)
    instance.remove(node)
    noteInstances(of: schema, in: parent)
    settle()
  }

  /// Whether the repeat's own condition lets a person add an instance.
  func offersInstance(of schema: Int, in parent: Int) -> Bool {
    guard let relevant = definition.nodes[schema].relevant else { return true }
    do {
      return try evaluator.isTrue(relevant, EvaluationContext(parent, isChildless: true))
    } catch {
      return true
    }
  }
}
