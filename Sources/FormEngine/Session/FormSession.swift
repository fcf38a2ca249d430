// One filling-in of a form: the answers, and everything that follows from them.
// A class for one person on one thread; what is worth keeping leaves it as
// values (`savedAnswers`, `entityChanges()`).

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
  /// Saved answers for which this version of the form has no question.
  public private(set) var leftOver: [SavedAnswer] = []
  /// Places whose record holds a value that their question cannot take. As long
  /// as nobody answers them, a change leaves that value alone.
  var unread: Set<Int> = []

  let environment: FormEnvironment
  let instance: FormInstance
  var evaluator: Evaluator
  var work: Recalculation
  private var faultsByNode: [Int: EvaluationFault] = [:]

  /// The most instances one repeat may have.
  public static let instanceLimit = 10_000
  /// The longest answer, in UTF-8 bytes.
  public static let answerLimit = 100_000

  private init(
    definition: FormDefinition, environment: FormEnvironment, language: String?,
    subject: SavedAnswers.Subject?
  ) {
    self.definition = definition
    self.environment = environment
    self.subject = subject
    instance = FormInstance(definition)
    let language = language.flatMap { definition.language(matching: $0) }
    evaluator = Evaluator(
      instance: instance, environment: environment, patterns: PatternCache(),
      language: language ?? definition.defaultLanguage)
    work = Recalculation(definition.plan)
  }

  /// Begins a new filling-in; every repeat without a count has one instance.
  public convenience init(
    _ definition: FormDefinition, environment: FormEnvironment, language: String? = nil
  ) {
    self.init(
      definition: definition, environment: environment, language: language, subject: nil)
    fillRepeats(in: 0) { _ in 1 }
    begin(keeping: [])
  }

  /// Opens a session as it was saved.
  public convenience init(
    restoring saved: SavedAnswers, of definition: FormDefinition, environment: FormEnvironment
  ) {
    self.init(
      definition: definition, environment: environment, language: saved.language,
      subject: saved.subject)
    current = saved.current
    for count in saved.repeats { restore(count) }
    for answer in saved.answers { restore(answer) }
    for ref in saved.unread ?? [] { restoreUnread(ref) }
    recalculateAll()
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
      subject: SavedAnswers.Subject(list: list, entityID: entityID))
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

  // MARK: Beginning

  /// Values to start with: literal defaults and metadata, then everything
  /// computed, then computed defaults in the order of the form (as JavaRosa).
  private func begin(keeping kept: Set<Int>) {
    setLiteralDefaults(in: 0, keeping: kept)
    recalculateAll()
    setComputedDefaults(in: 0, keeping: kept)
  }

  private func setLiteralDefaults(in node: Int, keeping kept: Set<Int>) {
    forEachNode(in: node) { id, form in
      guard let type = form.questionType, !kept.contains(form.id) else { return }
      if let metadata = metadata(type) {
        instance.setAnswer(metadata, of: id)
      } else if case .literal(let text)? = form.initial {
        let answer = Answer.parse(
          text, as: type, offsetSeconds: environment.timeZoneOffsetSeconds)
        instance.setAnswer(answer, of: id)
      }
    }
  }

  private func metadata(_ type: QuestionType) -> Answer? {
    switch type {
    case .start: return .dateTime(environment.now())
    case .today:
      let offset = environment.timeZoneOffsetSeconds
      let time = CalendarTime(milliseconds: environment.now(), offsetSeconds: offset)
      return CalendarTime(year: time.year, month: time.month, day: time.day)
        .map { .date($0.milliseconds(offsetSeconds: offset)) }
    case .deviceid: return environment.deviceID.isEmpty ? nil : .text(environment.deviceID)
    case .username: return environment.username.isEmpty ? nil : .text(environment.username)
    default: return nil
    }
  }

  private func setComputedDefaults(in node: Int, keeping kept: Set<Int>) {
    var places: [(Int, FormNode)] = []
    forEachNode(in: node) { id, form in
      if case .dynamic? = form.initial, !kept.contains(form.id) { places.append((id, form)) }
    }
    for (id, form) in places {
      guard case .dynamic(let formula)? = form.initial, let type = form.questionType else {
        continue
      }
      do {
        let value = evaluator.unpacked(try evaluator.evaluate(formula, EvaluationContext(id)))
        let answer = try Answer.wrap(
          value, as: type, offsetSeconds: environment.timeZoneOffsetSeconds)
        guard answer != instance.nodes[id].answer else { continue }
        instance.setAnswer(answer, of: id)
        scheduleDependents(of: form.id, at: id)
        runRecalculation()
      } catch {
        setFault(error, of: id)
      }
    }
  }

  private func forEachNode(in node: Int, _ body: (Int, FormNode) -> Void) {
    body(node, instance.form(node))
    for child in instance.nodes[node].children.joined() { forEachNode(in: child, body) }
  }

  private func fillRepeats(in node: Int, _ count: (Int) -> Int) {
    for schema in instance.form(node).children {
      let form = definition.nodes[schema]
      if form.kind == .repeats, form.countNode == nil {
        for _ in 0..<count(schema) { _ = instance.append(repeat: schema, to: node) }
      }
      for child in instance.instances(of: schema, in: node) where !form.children.isEmpty {
        fillRepeats(in: child, count)
      }
    }
  }

  private static func makesRecords(
    _ definition: FormDefinition, inside schema: Int, otherThan entity: Int?
  ) -> Bool {
    definition.entities.indices.contains { place in
      guard place != entity else { return false }
      var node = definition.entities[place].scope
      while node >= 0 {
        if node == schema { return true }
        node = definition.nodes[node].parent
      }
      return false
    }
  }

  private func prefill(_ place: Int, _ node: FormNode, _ value: FieldValue) {
    guard let type = node.questionType else { return }
    let text: String
    switch value {
    case .text(let words): text = words
    case .integer(let number): text = String(number)
    case .decimal(let number): text = NumberText.string(number)
    case .bool(let flag): text = flag ? "1" : "0"
    case .null: return
    case .array, .object:
      leftOver.append(SavedAnswer(ref: node.path, value: value.plain))
      unread.insert(place)
      return
    }
    let answer = Answer.parse(text, as: type, offsetSeconds: environment.timeZoneOffsetSeconds)
    if answer == nil, !text.isEmpty {
      leftOver.append(SavedAnswer(ref: node.path, value: text))
      unread.insert(place)
    }
    instance.setAnswer(text.isEmpty ? nil : answer, of: place)
  }

  // MARK: Restoring

  private func restore(_ count: SavedAnswers.RepeatCount) {
    do {
      // The reference of a repeat leads to the instance before which it stands.
      guard case .next(let schema, let parent, let inside) = try locate(count.ref + "[1]"),
        inside.isEmpty, count.count <= Self.instanceLimit
      else { return }
      for _ in 0..<max(0, count.count) { _ = instance.append(repeat: schema, to: parent) }
    } catch {
      leftOver.append(SavedAnswer(ref: count.ref, value: String(count.count)))
    }
  }

  private func restore(_ saved: SavedAnswer) {
    do {
      let node = try existing(saved.ref)
      let type = instance.form(node).questionType ?? .text
      let offset = environment.timeZoneOffsetSeconds
      guard let answer = Answer.parse(saved.value, as: type, offsetSeconds: offset) else {
        leftOver.append(saved)
        return
      }
      instance.setAnswer(answer, of: node)
    } catch {
      leftOver.append(saved)
    }
  }

  private func restoreUnread(_ ref: String) {
    // A newer form may have no such question: then nothing is changed there.
    do { unread.insert(try existing(ref)) } catch {}
  }

  /// The session as values, to be kept between two key presses.
  public var savedAnswers: SavedAnswers {
    var saved = SavedAnswers(
      form: definition.id, version: definition.version, language: evaluator.language,
      subject: subject, repeats: [], answers: [], current: current)
    collect(0, into: &saved)
    if !unread.isEmpty { saved.unread = unread.map { instance.reference($0) }.sorted() }
    return saved
  }

  private func collect(_ node: Int, into saved: inout SavedAnswers) {
    if let answer = instance.nodes[node].answer {
      saved.answers.append(
        SavedAnswer(
          ref: instance.reference(node),
          value: answer.text(offsetSeconds: environment.timeZoneOffsetSeconds)))
    }
    for (schema, children) in zip(instance.form(node).children, instance.nodes[node].children) {
      if definition.nodes[schema].kind == .repeats {
        saved.repeats.append(
          .init(
            ref: instance.reference(node) + "/" + definition.nodes[schema].name,
            count: children.count))
      }
      for child in children { collect(child, into: &saved) }
    }
  }

  // MARK: Language and trouble

  /// The language the form speaks; setting one it does not have changes nothing.
  public var language: String {
    get { evaluator.language }
    set {
      guard let known = definition.language(matching: newValue) else { return }
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

  func setFault(_ fault: EvaluationFault, of node: Int) { faultsByNode[node] = fault }

  func clearFault(of node: Int) {
    if !faultsByNode.isEmpty { faultsByNode[node] = nil }
  }

  // MARK: Instances

  /// Makes an instance with its defaults; the caller schedules what looks at it.
  /// Repeats inside begin with no instance (as in JavaRosa).
  func makeInstance(of schema: Int, in parent: Int) -> Int {
    let id = instance.append(repeat: schema, to: parent)
    setLiteralDefaults(in: id, keeping: [])
    freshInstances.append(id)
    return id
  }

  private var freshInstances: [Int] = []

  /// Says that the number of instances has changed.
  func noteInstances(of schema: Int, in parent: Int) {
    scheduleDependents(ofSubtree: schema, at: parent)
    scheduleInstances(of: schema, in: parent)
  }

  /// Computes what is due, and then the computed defaults of new instances.
  func settle() {
    runRecalculation()
    while let fresh = freshInstances.popLast() {
      if !instance.nodes[fresh].isRemoved { setComputedDefaults(in: fresh, keeping: []) }
    }
  }
}
