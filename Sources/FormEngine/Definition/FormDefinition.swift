// A form as every front end delivers it: the instance, the body, and the order
// in which what is calculated depends on what is answered.

/// A form that has been read, checked and resolved; immutable and shareable.
public struct FormDefinition: Sendable {
  /// The form's name for machines (`form_id`).
  public let id: String
  /// The author's version mark; empty when none is given.
  public let version: String
  /// The language shown when none is asked for; empty in a form without languages.
  public let defaultLanguage: String
  /// The languages of the form as its author names them, such as `中文 (zh)`, in their order there.
  public let languages: [String]
  /// Every setting by its column name, `element` and `lane` included.
  public let settings: [String: String]
  /// The records this form creates or updates.
  public let entities: [EntityDeclaration]
  /// Every node of the instance, in the order of the form; `nodes[0]` is its root.
  public let nodes: [FormNode]
  /// Every control of the body, in the order a person goes through.
  public let controls: [FormControl]
  /// What is no fault but deserves the author's attention.
  public let warnings: [FormFault]

  let instances: [InstanceTree]
  /// itext by id.
  let texts: [String: LocalizedText]
  /// Texts that look at answers by relative paths, by the select that shows them.
  let textsByNode: [Int: [String: LocalizedText]]
  let actions: [FormAction]
  /// The node of the form's own name for a filling-in (`meta/instanceName`).
  let instanceName: Int?
  let plan: RecalculationPlan
  let skeleton: Skeleton
  /// The instance to begin with, in preorder; empty when it has every node once.
  let beginning: [FormSource.InstanceNode]
  /// The same for new instances of a repeat, by node, where that is not every node once.
  let templates: [Int: [FormSource.InstanceNode]]
  let namespaces: [String: String]
  let rootAttributes: [(name: String, value: String)]

  /// How many questions it asks at most, instances of repeats counted once.
  public var questionCount: Int {
    controls.count { $0.questionType != nil }
  }

  /// The form's title; XLSForm has one title for all languages.
  public func title(in language: String? = nil) -> String {
    settings["form_title"] ?? id
  }

  /// The form's own name of a language, given that name or the code in its parentheses.
  public func language(matching wanted: String) -> String? {
    languages.first { $0 == wanted }
      ?? languages.first { $0.hasSuffix("(\(wanted))") }
  }

  /// The controls at the top of the body.
  var top: [Int] { controls.filter { $0.parent < 0 }.map(\.id) }
}
