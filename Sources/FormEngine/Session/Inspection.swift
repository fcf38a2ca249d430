// Looking into a session from outside: for `forms drive`, for comparing with
// another engine, and for finding out why a form does what it does.

/// One node of a session as it stands.
public struct NodeState: Sendable, Equatable {
  /// `/data/member[2]/name`.
  public let ref: String
  /// What the node is.
  public let kind: FormNode.Kind
  /// The type of its value.
  public let type: DataType
  /// The answer as text; nil for groups and repeats.
  public let value: String?
  /// Whether it and all it stands in is relevant.
  public let isRelevant: Bool
  /// Whether an answer is needed.
  public let isRequired: Bool
  /// Whether only the form itself fills it in.
  public let isReadonly: Bool
  /// Whether the author's condition holds; nil without an answer or a condition.
  public let isConstraintMet: Bool?
}

/// What an expression came to.
public struct ExpressionResult: Sendable, Equatable {
  /// A value with its XPath type.
  public enum Value: Sendable, Equatable {
    case boolean(Bool)
    case number(Double)
    case string(String)
    /// A date or a moment.
    case date
    /// The nodes of a path, each with its value as text.
    case nodes([String])
  }

  /// The value.
  public let value: Value
  /// The value as `string()` writes it.
  public let text: String
}

extension FormSession {
  /// Every element in the order of the form, hidden ones included.
  public var nodeStates: [NodeState] {
    var states: [NodeState] = []
    collect(0, into: &states)
    return states
  }

  private func collect(_ node: Int, into states: inout [NodeState]) {
    let form = instance.form(node)
    let context = EvaluationContext(node)
    states.append(
      NodeState(
        ref: instance.reference(node), kind: form.kind, type: form.type,
        value: form.questionType == nil ? nil : text(of: node),
        isRelevant: instance.isRelevant(node), isRequired: holds(form.required, context),
        isReadonly: holds(form.readonly, context),
        isConstraintMet: isConstraintMet(node, form)))
    for (schema, children) in zip(form.children, instance.nodes[node].children)
    where !definition.nodes[schema].isAttribute {
      for child in children { collect(child, into: &states) }
    }
  }

  private func isConstraintMet(_ node: Int, _ form: FormNode) -> Bool? {
    guard form.constraint != nil, let answer = instance.nodes[node].answer else { return nil }
    do {
      try checkConstraint(node, answer)
      return true
    } catch {
      return false
    }
  }

  /// Whether the author's condition would hold for an answer; nothing is changed.
  ///
  /// True where there is no condition, and for the empty text (ODK XForms,
  /// constraint). Throws for what is no answer to this question at all, but does
  /// not look at relevance, readonly or choices.
  public func satisfiesConstraint(_ ref: String, _ text: String) throws(AnswerFault) -> Bool {
    let node = try existing(ref)
    guard instance.form(node).questionType != nil else {
      throw AnswerFault(ref: ref, code: .noSuchQuestion(nearest: []))
    }
    if text.isEmpty { return true }
    guard text.utf8.count <= Self.answerLimit else {
      throw AnswerFault(ref: ref, code: .tooLarge(limit: Self.answerLimit))
    }
    do {
      try checkConstraint(node, try parse(text, node))
      return true
    } catch {
      if case .constraint = error.code { return false }
      throw error
    }
  }

  /// Evaluates an expression with the answers given, as seen from a node (the root
  /// when none is named); throws a `FormFault`, an `AnswerFault` or an `EvaluationFault`.
  public func evaluate(_ expression: String, at ref: String? = nil) throws -> String {
    try inspect(expression, at: ref).text
  }

  /// The same, with its type.
  public func inspect(_ expression: String, at ref: String? = nil) throws -> ExpressionResult {
    let value = try value(of: expression, at: ref)
    let typed: ExpressionResult.Value =
      switch value {
      case .boolean(let flag): .boolean(flag)
      case .number(let number): .number(number)
      case .string(let text): .string(text)
      case .date: .date
      case .nodes(let handles): .nodes(handles.map { evaluator.string(.nodes([$0])) })
      }
    return ExpressionResult(value: typed, text: evaluator.string(value))
  }

  private func value(of expression: String, at ref: String?) throws -> XPathValue {
    let node = try ref.map { (ref) throws(AnswerFault) in try existing(ref) } ?? 0
    let owner = Resolver.Context.node(instance.nodes[node].schema)
    var resolver = Resolver(skeleton: definition.skeleton, owner: owner)
    let formula: Formula
    do {
      formula = try resolver.resolve(try Parser.parse(expression), in: owner)
    } catch {
      throw FormFault(sheet: "", row: 0, column: "", code: error.code, detail: error.detail)
    }
    return try evaluator.evaluate(formula, EvaluationContext(node))
  }
}
