// Looking into a session from outside: for `forms drive`, for comparing with
// another engine, and for finding out why a form does what it does.

/// One node of a session as it stands.
public struct NodeState: Sendable, Equatable {
  /// `/data/member[2]/name`.
  public let ref: String
  /// The answer as text; nil for groups and repeats.
  public let value: String?
  /// Whether it and all it stands in is relevant.
  public let isRelevant: Bool
  /// Whether an answer is needed.
  public let isRequired: Bool
  /// Whether only the form itself fills it in.
  public let isReadonly: Bool
}

extension FormSession {
  /// Every node in the order of the form, hidden ones included.
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
        ref: instance.reference(node), value: form.questionType == nil ? nil : text(of: node),
        isRelevant: instance.isRelevant(node), isRequired: holds(form.required, context),
        isReadonly: form.questionType == .note || holds(form.readonly, context)))
    for child in instance.nodes[node].children.joined() { collect(child, into: &states) }
  }

  /// Evaluates an expression with the answers given, as seen from a node (the root
  /// when none is named); throws a `FormFault`, an `AnswerFault` or an `EvaluationFault`.
  public func evaluate(_ expression: String, at ref: String? = nil) throws -> String {
    let node = try ref.map { (ref) throws(AnswerFault) in try existing(ref) } ?? 0
    let owner = Resolver.Context.node(instance.nodes[node].schema)
    var resolver = Resolver(skeleton: definition.skeleton, owner: owner)
    let formula: Formula
    do {
      formula = try resolver.resolve(try Parser.parse(expression), in: owner)
    } catch {
      throw FormFault(sheet: "", row: 0, column: "", code: error.code, detail: error.detail)
    }
    return evaluator.string(try evaluator.evaluate(formula, EvaluationContext(node)))
  }
}
