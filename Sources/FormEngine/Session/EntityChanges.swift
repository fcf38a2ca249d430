// What a finished form does to records: one change per declaration and
// instance of its scope (ODK XForms entities).

import Domain

/// A record to be made or changed.
public struct EntityChange: Sendable, Equatable {
  /// Whether a record is made or changed.
  public enum Action: String, Sendable, Equatable, Codable {
    case create, update
  }

  /// The entity list, which is the record's kind.
  public let list: String
  /// Whether a record is made or changed.
  public let action: Action
  /// The record to change; nil for a new one, whose id the store gives.
  public let entityID: String?
  /// The record's name for people.
  public let label: String
  /// The properties by name. A new record has no empty ones; in a changed one
  /// an emptied property is `.null`. What is not relevant is left out, and so
  /// is what the record has and the form could not read.
  public let fields: [String: FieldValue]
  /// Where in the form it comes from.
  public let ref: String
  /// The `ref` of the record it stands in; nil at the top.
  public let parentRef: String?
}

extension FormSession {
  /// The changes this form makes, outer records first.
  public func entityChanges() throws(AnswerFault) -> [EntityChange] {
    var changes: [(node: Int, change: EntityChange)] = []
    let order = definition.entities.indices.sorted { first, second in
      let depth = { self.definition.nodes[self.definition.entities[$0].scope].depth }
      return (depth(first), first) < (depth(second), second)
    }
    for place in order {
      let scopes = instance.instances(of: definition.entities[place].scope, under: 0)
      for node in scopes where instance.isRelevant(node) {
        let parent = parentRef(of: node, among: changes)
        do {
          if let change = try change(place, node, parent) { changes.append((node, change)) }
        } catch {
          throw AnswerFault(ref: instance.reference(node), code: .evaluation(error))
        }
      }
    }
    return changes.map(\.change)
  }

  private func parentRef(of node: Int, among changes: [(node: Int, change: EntityChange)])
    -> String?
  {
    var next = instance.nodes[node].parent
    while next >= 0 {
      if let parent = changes.last(where: { $0.node == next }) { return parent.change.ref }
      next = instance.nodes[next].parent
    }
    return nil
  }

  private func change(_ place: Int, _ node: Int, _ parentRef: String?) throws(EvaluationFault)
    -> EntityChange?
  {
    let entity = definition.entities[place]
    let context = EvaluationContext(node, isChildless: true)
    guard let (action, entityID) = try action(entity, context) else { return nil }
    let label = try entity.label.map { (formula) throws(EvaluationFault) in
      evaluator.string(try evaluator.evaluate(formula, context))
    }
    return EntityChange(
      list: entity.list, action: action, entityID: entityID, label: label ?? "",
      fields: fields(of: place, in: node, action), ref: instance.reference(node),
      parentRef: parentRef)
  }

  private func action(_ entity: EntityDeclaration, _ context: EvaluationContext)
    throws(EvaluationFault) -> (EntityChange.Action, String?)?
  {
    if let subject, subject.list == entity.list, entity.scope == 0 || isOnly(entity) {
      return (.update, subject.entityID)
    }
    let id = try entity.entityID.map { (formula) throws(EvaluationFault) in
      evaluator.string(try evaluator.evaluate(formula, context))
    }
    let updates = try condition(entity.updateIf, context) ?? (id != nil)
    if updates, let id, !id.isEmpty { return (.update, id) }
    let creates = try condition(entity.createIf, context) ?? (entity.entityID == nil)
    return creates ? (.create, nil) : nil
  }

  private func isOnly(_ entity: EntityDeclaration) -> Bool {
    instance.instances(of: entity.scope, under: 0).count == 1
  }

  /// `create_if` and `update_if` are true when they come to `1` or `true`.
  private func condition(_ formula: Formula?, _ context: EvaluationContext)
    throws(EvaluationFault) -> Bool?
  {
    guard let formula else { return nil }
    let value = evaluator.unpacked(try evaluator.evaluate(formula, context))
    if case .string(let text) = value { return text == "1" || text == "true" }
    return evaluator.boolean(value)
  }

  private func fields(of place: Int, in scope: Int, _ action: EntityChange.Action)
    -> [String: FieldValue]
  {
    var fields: [String: FieldValue] = [:]
    for form in definition.nodes {
      guard let property = form.saveTo.first(where: { $0.entity == place }) else { continue }
      for node in instance.instances(of: form.id, under: scope).prefix(1)
      where instance.isRelevant(node) {
        if let answer = instance.nodes[node].answer {
          fields[property.property] = fieldValue(answer, form)
        } else if action == .update, !unread.contains(node) {
          fields[property.property] = .null
        }
      }
    }
    return fields
  }

  private func fieldValue(_ answer: Answer, _ form: FormNode) -> FieldValue {
    switch (form.questionType, answer) {
    case (.integer, .integer(let value)): .integer(value)
    case (.decimal, .decimal(let value)): .decimal(value)
    case (.decimal, .integer(let value)): .decimal(Double(value))
    default: .text(answer.text(offsetSeconds: environment.timeZoneOffsetSeconds))
    }
  }
}
