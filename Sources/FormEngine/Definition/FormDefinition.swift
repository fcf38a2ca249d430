// A form as every front end delivers it: a tree of nodes with resolved
// expressions, choice lists, entity declarations, and the order in which what
// is calculated depends on what is answered.

/// A form that has been read, checked and resolved; immutable and shareable.
public struct FormDefinition: Sendable {
  /// The form's name for machines (`form_id`).
  public let id: String
  /// The author's version mark; empty when none is given.
  public let version: String
  /// The language shown when none is asked for; empty in a form without languages.
  public let defaultLanguage: String
  /// The languages of the form as its author names them, such as `中文 (zh)`, default first.
  public let languages: [String]
  /// Every setting by its column name, `element` and `lane` included.
  public let settings: [String: String]
  /// The records this form creates or updates.
  public let entities: [EntityDeclaration]
  /// Every node, in the order of the form; `nodes[0]` is the root `data`.
  public let nodes: [FormNode]
  /// The choice lists of the form.
  public let lists: [ChoiceList]

  let instanceName: Formula?
  let plan: RecalculationPlan
  let skeleton: Skeleton

  /// The nodes at the top of the form.
  public var root: [FormNode] { nodes[0].children.map { nodes[$0] } }

  /// The form's title; XLSForm has one title for all languages.
  public func title(in language: String? = nil) -> String {
    settings["form_title"] ?? id
  }

  /// The form's own name of a language, given that name or the code in its parentheses.
  public func language(matching wanted: String) -> String? {
    languages.first { $0 == wanted }
      ?? languages.first { $0.hasSuffix("(\(wanted))") }
  }
}

/// A place in a form: a group, a repeat, or something with a value.
public struct FormNode: Sendable {
  /// What a node is.
  public enum Kind: Sendable, Equatable {
    case group
    case repeats
    case question(QuestionType)
  }

  /// The node's place in `FormDefinition.nodes`.
  public let id: Int
  /// The name as authored.
  public let name: String
  /// What the node is.
  public let kind: Kind
  /// The enclosing node's id; -1 for the root.
  public let parent: Int
  /// The ids of the nodes directly inside, in order.
  public internal(set) var children: [Int]
  /// The absolute path without positions, such as `/data/member/name`.
  public let path: String
  /// The choice list of a select, as a place in `FormDefinition.lists`.
  public let list: Int?
  /// How the node should look, as authored.
  public let appearance: String
  /// The parameters cell, taken apart.
  public let parameters: [String: String]
  /// The entity properties this node's value is saved to.
  public let saveTo: [EntityProperty]

  let position: Int
  let depth: Int
  let label: LocalizedText
  let hint: LocalizedText
  let guidanceHint: LocalizedText
  let constraintMessage: LocalizedText
  let requiredMessage: LocalizedText
  let relevant: Formula?
  let constraint: Formula?
  let required: Formula?
  let readonly: Formula?
  let calculation: Formula?
  let initial: InitialValue?
  let choiceFilter: Formula?
  /// The node whose value says how many instances a repeat has.
  let countNode: Int?

  /// The question's type; nil for groups and repeats.
  public var questionType: QuestionType? {
    if case .question(let type) = kind { return type }
    return nil
  }

  /// Whether anything can be answered here only by the form itself.
  var isHidden: Bool { questionType.map { !$0.isVisible } ?? false }
}

/// What a node starts with.
enum InitialValue: Sendable {
  case literal(String)
  case dynamic(Formula)
}

/// The question types understood today.
public enum QuestionType: String, Sendable, Equatable, CaseIterable {
  case text, integer, decimal, date, time, dateTime
  case selectOne = "select_one"
  case selectMultiple = "select_multiple"
  case note, acknowledge, geopoint, image, barcode
  case calculate, hidden
  case start, end, today, deviceid, username

  /// Whether a person meets it when going through the form.
  public var isVisible: Bool {
    switch self {
    case .calculate, .hidden, .start, .end, .today, .deviceid, .username: false
    default: true
    }
  }
}

/// A list of choices, with the free columns that filters look at.
public struct ChoiceList: Sendable {
  /// The `list_name`.
  public let name: String
  /// The choices in authored order.
  public let choices: [Choice]
  /// The names of the columns besides `name` and `label`.
  public let columns: [String]

  /// One thing to choose.
  public struct Choice: Sendable {
    /// What is stored.
    public let name: String
    /// The free columns' cells, in the order of `ChoiceList.columns`.
    public let cells: [String]
    let label: LocalizedText
  }

  /// The value of a column of a choice by the column's place; -1 is `name`.
  func cell(_ row: Int, _ column: Int) -> String {
    column < 0 ? choices[row].name : choices[row].cells[column]
  }
}

/// A property of an entity that a question fills.
public struct EntityProperty: Sendable, Equatable {
  /// The declaration's place in `FormDefinition.entities`.
  public let entity: Int
  /// The property's name.
  public let property: String
}

/// A record that a form creates or updates: one per instance of its scope.
public struct EntityDeclaration: Sendable {
  /// The entity list, which is the record's kind.
  public let list: String
  /// The node (the root, a group or a repeat) that holds one such record per instance.
  public let scope: Int

  let label: Formula?
  let entityID: Formula?
  let createIf: Formula?
  let updateIf: Formula?
}

/// A text in the form's languages, each a run of words and computed values.
struct LocalizedText: Sendable {
  enum Part: Sendable {
    case words(String)
    case value(Formula)
  }

  /// Parts by language; an unlabelled text has no entry.
  var parts: [String: [Part]] = [:]

  static let none = LocalizedText()
}
