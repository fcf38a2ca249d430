import Domain

/// The words of a form for the names and values of the records it makes: what
/// a field is called, and what a choice's code means.
public struct FieldLabels: Sendable {
  private var labels: [(property: String, label: String, ref: String)] = []
  private var choices: [String: [String: String]] = [:]

  /// Words for records of this list.
  ///
  /// - Parameter language: a code like `zh`; the form's default when it has none
  ///   such.
  public init(_ definition: FormDefinition, list: String, language: String) {
    // Words do not depend on the moment.
    let environment = FormEnvironment(now: { 0 }, timeZoneOffsetSeconds: 0, makeUUID: { "" })
    let session = FormSession(
      definition, editing: list, entityID: "", fields: [:], environment: environment,
      language: language)
    let entity = definition.entities.firstIndex { $0.list == list }
    let properties = Dictionary(
      definition.nodes.flatMap { node in
        node.saveTo.filter { $0.entity == entity }.map { (node.path, $0.property) }
      }, uniquingKeysWith: { first, _ in first })
    for question in session.everyQuestion {
      guard let property = properties[question.ref] else { continue }
      labels.append((property, question.label, question.ref))
      choices[property] = Dictionary(
        question.choices.map { ($0.name, $0.label) }, uniquingKeysWith: { first, _ in first })
    }
  }

  /// No words: every name and code stands for itself.
  public init() {}

  /// What a field is called; its name where the form has no question for it.
  public func label(of field: String) -> String {
    labels.first { $0.property == field }?.label ?? field
  }

  /// The reference of the question that asks for a field; nil where the form has
  /// none.
  public func question(of field: String) -> String? {
    labels.first { $0.property == field }?.ref
  }

  /// A field's value in words: a choice by its label.
  public func words(for value: FieldValue, of field: String) -> String {
    choices[field]?[value.plain] ?? value.plain
  }

  /// The fields that have a value, in the order of the form, then the others by
  /// name; what only says the record's title again is left out.
  public func ordered(_ fields: [String: FieldValue]) -> [(label: String, value: String)] {
    let title = fields["label"]
    let asked = Set(labels.map(\.property))
    var left = fields.filter { asked.contains($0.key) || $0.value != title }
    var rows: [(label: String, value: String)] = []
    for (property, label, _) in labels {
      guard let value = left.removeValue(forKey: property), value != .null else { continue }
      rows.append((label, choices[property]?[value.plain] ?? value.plain))
    }
    // The name computed for a choice says again what its label says.
    left = left.filter { name, _ in
      !(name.hasSuffix("_name") && choices[String(name.dropLast("_name".count))]?.isEmpty == false)
    }
    return rows + left.sorted { $0.key < $1.key }.map { ($0.key, $0.value.plain) }
  }
}

extension FormSession {
  /// Every visible question at the top or in groups, asked now or not.
  fileprivate var everyQuestion: [Question] {
    definition.nodes.compactMap { node in
      guard node.control != nil, node.questionType != nil else { return nil }
      do { return try question(node.path) } catch {
        // Inside a repeat without an instance: none of this record's fields.
        return nil
      }
    }
  }
}
