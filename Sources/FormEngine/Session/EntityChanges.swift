// What a finished form does to records: one change per `meta/entity` element that
// says so (ODK XForms entities).

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
        if let change = change(place, node, parent) { changes.append((node, change)) }
      }
    }
    if let fault = entityFault { throw fault }
    return changes.map(\.change)
  }

  /// An expression of an entity element that has no value: then what it means for
  /// records is not known.
  private var entityFault: AnswerFault? {
    let nodes = Set(
      definition.entities.flatMap { [$0.entityID, $0.label, $0.create, $0.update] }
        .compactMap { $0 })
    return evaluationFaults(of: nodes).first.map { node, fault in
      AnswerFault(ref: instance.reference(node), code: .evaluation(fault))
    }
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

  private func change(_ place: Int, _ node: Int, _ parentRef: String?) -> EntityChange? {
    let entity = definition.entities[place]
    guard let (action, entityID) = action(entity, node) else { return nil }
    return EntityChange(
      list: entity.list, action: action, entityID: entityID,
      label: said(entity.label, in: node) ?? "", fields: fields(of: place, in: node, action),
      ref: instance.reference(node), parentRef: parentRef)
  }

  private func action(_ entity: EntityDeclaration, _ node: Int)
    -> (EntityChange.Action, String?)?
  {
    if let subject, subject.list == entity.list, entity.scope == 0 || isOnly(entity) {
      return (.update, subject.entityID)
    }
    let id = said(entity.entityID, in: node)
    if Self.isYes(said(entity.update, in: node)), let id, !id.isEmpty { return (.update, id) }
    return Self.isYes(said(entity.create, in: node)) ? (.create, nil) : nil
  }

  private func isOnly(_ entity: EntityDeclaration) -> Bool {
    instance.instances(of: entity.scope, under: 0).count == 1
  }

  /// `1` or `true` (ODK XForms entities, declaring that an entity is created).
  private static func isYes(_ text: String?) -> Bool { text == "1" || text == "true" }

  /// What stands in a part of an entity element; nil when it has no such part.
  private func said(_ schema: Int?, in scope: Int) -> String? {
    guard let schema, let node = instance.instances(of: schema, under: scope).first,
      instance.isRelevant(node)
    else { return nil }
    return text(of: node)
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
    switch (form.type, answer) {
    case (.integer, .integer(let value)): .integer(value)
    case (.decimal, .decimal(let value)): .decimal(value)
    case (.decimal, .integer(let value)): .decimal(Double(value))
    default: .text(answer.text(offsetSeconds: environment.timeZoneOffsetSeconds))
    }
  }
}
