// The instance of a form: the nodes that hold answers, and what binds them.

/// A place in a form's instance: a group, a repeat, or something with a value.
public struct FormNode: Sendable {
  /// What a node is.
  public enum Kind: Sendable, Equatable {
    case group
    case repeats
    case question(QuestionType)
  }

  /// The node's place in `FormDefinition.nodes`.
  public let id: Int
  /// The name as authored; an attribute's begins with `@`.
  public let name: String
  /// What the node is.
  public let kind: Kind
  /// The type of its value.
  public let type: DataType
  /// The enclosing node's id; -1 for the root.
  public let parent: Int
  /// The ids of the nodes directly inside, in order, attributes included.
  public let children: [Int]
  /// The absolute path without positions, such as `/data/member/name`.
  public let path: String
  /// The first control that stands for it, as a place in `FormDefinition.controls`.
  public let control: Int?
  /// The entity properties this node's value is saved to.
  public internal(set) var saveTo: [EntityProperty] = []

  let position: Int
  let depth: Int
  let namespace: String
  /// What its template or the instance says at first.
  let text: String
  let preload: FormSource.Preload?
  let constraintMessage: LocalizedText
  let requiredMessage: LocalizedText
  let relevant: Formula?
  let constraint: Formula?
  let required: Formula?
  let readonly: Formula?
  let calculation: Formula?
  /// How many instances a repeat has (`jr:count`).
  let count: Formula?

  /// The question's type; nil for groups and repeats.
  public var questionType: QuestionType? {
    if case .question(let type) = kind { return type }
    return nil
  }

  /// Whether it is an attribute of the element it stands in.
  public var isAttribute: Bool { name.hasPrefix("@") }

  /// Whether anything can be answered here only by the form itself.
  var isHidden: Bool { questionType.map { !$0.isVisible } ?? false }
}

/// A property of an entity that a question fills.
public struct EntityProperty: Sendable, Equatable {
  /// The declaration's place in `FormDefinition.entities`.
  public let entity: Int
  /// The property's name.
  public let property: String
}

/// A record that a form creates or updates: one per instance of its scope
/// (ODK XForms entities: the element `meta/entity`).
public struct EntityDeclaration: Sendable {
  /// The entity list, which is the record's kind.
  public let list: String
  /// The node (the root, a group or a repeat) that holds one such record per instance.
  public let scope: Int

  /// The `entity` element, and what it says of the record.
  let node: Int
  let entityID: Int?
  let label: Int?
  let create: Int?
  let update: Int?
}

/// Something that is set at an event rather than computed all the time.
struct FormAction: Sendable {
  enum Effect: Sendable {
    case value(Formula)
    case literal(String)
    /// A position or a recording, which a device without a screen does not take.
    case geopoint, audio
  }

  let events: Set<FormSource.Action.Event>
  let effect: Effect
  let target: Int
  /// The node whose control it stands in: the root when it stands in the model.
  let observer: Int
}
