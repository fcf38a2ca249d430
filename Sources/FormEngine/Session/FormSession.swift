// One filling-in of a form: the answers, and everything that follows from them.
// A class for one person on one thread; what is worth keeping leaves it as
// values (`savedAnswers`, `entityChanges()`, `submission`).

import Domain

/// A form being filled in.
///
/// A session is confined to one thread. It is complete after every call: no
/// answer is ever half taken.
public final class FormSession {
  /// The form.
  public let definition: FormDefinition
  /// The record being edited; nil when a new one is made.
  public let subject: SavedAnswers.Subject?
  /// The question the person is at, kept for whoever reopens the session.
  public var current: String?
  /// Saved answers for which this version of the form has no question, or which
  /// its question cannot take.
  public internal(set) var leftOver: [SavedAnswer] = []
  /// Places whose record holds a value that their question cannot take. As long
  /// as nobody answers them, a change leaves that value alone.
  var unread: Set<Int> = []

  let environment: FormEnvironment
  let instance: FormInstance
  var evaluator: Evaluator
  var work: Recalculation
  private var faultsByNode: [Int: EvaluationFault] = [:]
  /// Instances made since the last `settle()`.
  private var freshInstances: [Int] = []

  /// The most instances one repeat may have.
  public static let instanceLimit = 10_000
  /// The longest answer, in UTF-8 bytes.
  public static let answerLimit = 100_000

  private init(
    definition: FormDefinition, environment: FormEnvironment, language: String?,
    subject: SavedAnswers.Subject?, isBlank: Bool
  ) {
    self.definition = definition
    self.environment = environment
    self.subject = subject
    instance = FormInstance(definition, isBlank: isBlank)
    let language = language.flatMap { definition.language(matching: $0) }
    evaluator = Evaluator(
      instance: instance, environment: environment, patterns: PatternCache(),
      lists: InstanceIndexes(definition.instances),
      language: language ?? definition.defaultLanguage)
    work = Recalculation(definition.plan)
  }

  /// Begins a new filling-in; where the form lists no instances of its own, every
  /// repeat without a count has one.
  public convenience init(
    _ definition: FormDefinition, environment: FormEnvironment, language: String? = nil
  ) {
    self.init(
      definition: definition, environment: environment, language: language, subject: nil,
      isBlank: false)
    if definition.beginning.isEmpty { fillRepeats(in: 0) { _ in 1 } }
    begin(keeping: [])
  }

  /// Opens a session as it was saved.
  ///
  /// - Parameter known: the paths of the questions there were when it was saved;
  ///   the others begin with their defaults. Nil when the form is the same.
  public convenience init(
    restoring saved: SavedAnswers, of definition: FormDefinition, environment: FormEnvironment,
    known: Set<String>? = nil
  ) {
    self.init(
      definition: definition, environment: environment, language: saved.language,
      subject: saved.subject, isBlank: true)
    current = saved.current
    restore(saved)
    let kept = known.map { known in
      Set(definition.nodes.filter { known.contains($0.path) }.map(\.id))
    }
    if let kept { setTexts(in: 0, keeping: kept) }
    recalculateAll()
    run(.instanceLoad, keeping: kept ?? [])
    if let kept { run(.instanceFirstLoad, keeping: kept) }
  }

  /// Edits a record: `fields` go to the questions that are saved to them.
  ///
  /// Repeats that make records of another list begin with no instance, so that
  /// editing a household does not make its members again.
  public convenience init(
    _ definition: FormDefinition, editing list: String, entityID: String,
    fields: [String: FieldValue], environment: FormEnvironment, language: String? = nil
  ) {
    self.init(
      definition: definition, environment: environment, language: language,
      subject: SavedAnswers.Subject(list: list, entityID: entityID), isBlank: true)
    let entity = definition.entities.firstIndex { $0.list == list }
    fillRepeats(in: 0) { [definition] schema in
      Self.makesRecords(definition, inside: schema, otherThan: entity) ? 0 : 1
    }
    var kept: Set<Int> = []
    for node in definition.nodes {
      guard let property = node.saveTo.first(where: { $0.entity == entity }) else { continue }
      kept.insert(node.id)
      for place in instance.instances(of: node.id, under: 0).prefix(1) {
        prefill(place, node, fields[property.property] ?? .null)
      }
    }
    begin(keeping: kept)
  }

  // MARK: Language and trouble

  /// The language the form speaks; setting one it does not have changes nothing.
  public var language: String {
    get { evaluator.language }
    set {
      guard let known = definition.language(matching: newValue), known != evaluator.language
      else { return }
      evaluator.language = known
      // Labels of choices may stand in calculations.
      recalculateAll()
    }
  }

  /// Expressions that have no value with the answers given, by question.
  public var evaluationFaults: [(ref: String, fault: EvaluationFault)] {
    faultsByNode.keys.sorted().filter { !instance.nodes[$0].isRemoved }.compactMap { node in
      faultsByNode[node].map { (instance.reference(node), $0) }
    }
  }

  func evaluationFaults(of schemas: Set<Int>) -> [(node: Int, fault: EvaluationFault)] {
    faultsByNode.keys.sorted().compactMap { node in
      guard schemas.contains(instance.nodes[node].schema), !instance.nodes[node].isRemoved else {
        return nil
      }
      return faultsByNode[node].map { (node, $0) }
    }
  }

  func setFault(_ fault: EvaluationFault, of node: Int) { faultsByNode[node] = fault }

  func clearFault(of node: Int) {
    if !faultsByNode.isEmpty { faultsByNode[node] = nil }
  }

  // MARK: Instances

  /// Makes an instance with what its template says; the caller schedules what looks
  /// at it. Repeats inside begin with no instance (as in JavaRosa).
  func makeInstance(of schema: Int, in parent: Int) -> Int {
    let id = instance.append(repeat: schema, to: parent)
    setTexts(in: id, keeping: [])
    freshInstances.append(id)
    return id
  }

  /// Says that the number of instances has changed.
  func noteInstances(of schema: Int, in parent: Int) {
    scheduleDependents(ofSubtree: schema, at: parent)
    scheduleInstances(of: schema, in: parent)
  }

  /// Computes what is due, and then does what new instances ask for.
  func settle() {
    runRecalculation()
    while let fresh = freshInstances.popLast() {
      if !instance.nodes[fresh].isRemoved { runNewRepeat(fresh) }
    }
  }
}
