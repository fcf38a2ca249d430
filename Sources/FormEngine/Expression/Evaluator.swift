// Evaluates formulas against the answers. XPath 1.0 decides; what ODK adds and
// where JavaRosa differs is written down in Forms/DEVIATIONS.md.

/// Where a formula is evaluated.
struct EvaluationContext {
  var node: NodeHandle
  /// Beside the children of `node` rather than in it (an entity's label, an empty repeat).
  var isChildless = false
  /// What `current()` means.
  var current: NodeHandle
  /// The place within a predicate, from 1; 0 outside of one.
  var position = 0

  init(_ id: Int, isChildless: Bool = false) {
    node = NodeHandle(index: id)
    current = node
    self.isChildless = isChildless
  }
}

struct Evaluator {
  let instance: FormInstance
  let environment: FormEnvironment
  let patterns: PatternCache
  var language: String
  /// An answer under examination, which its own constraint sees in place of the old one.
  var candidate: (node: Int, answer: Answer)?

  var definition: FormDefinition { instance.definition }
  var offset: Int { environment.timeZoneOffsetSeconds }

  func evaluate(_ formula: Formula, _ context: EvaluationContext) throws(EvaluationFault)
    -> XPathValue
  {
    switch formula {
    case .number(let value): return .number(value)
    case .literal(let text): return .string(text)
    case .negate(let inner): return .number(-number(try evaluate(inner, context)))
    case .nodes(let path): return .nodes(try nodes(path, context))
    case .operation(let operation, let left, let right):
      return try operate(operation, left, right, context)
    case .call(let function, let arguments): return try call(function, arguments, context)
    case .indexedRepeat(let indexed): return .nodes(try nodes(indexed, context))
    case .choiceName(let value, let list):
      return .string(try choiceLabel(of: string(try evaluate(value, context)), list: list))
    }
  }

  // MARK: Operators

  private func operate(
    _ operation: Operator, _ left: Formula, _ right: Formula, _ context: EvaluationContext
  ) throws(EvaluationFault) -> XPathValue {
    switch operation {
    case .and:
      return .boolean(try isTrue(left, context) ? isTrue(right, context) : false)
    case .or:
      return .boolean(try isTrue(left, context) ? true : isTrue(right, context))
    default: break
    }
    let first = unpacked(try evaluate(left, context))
    let second = unpacked(try evaluate(right, context))
    switch operation {
    case .equal: return .boolean(areEqual(first, second))
    case .notEqual: return .boolean(!areEqual(first, second))
    case .less: return .boolean(number(first) < number(second))
    case .lessOrEqual: return .boolean(number(first) <= number(second))
    case .greater: return .boolean(number(first) > number(second))
    case .greaterOrEqual: return .boolean(number(first) >= number(second))
    case .add: return .number(number(first) + number(second))
    case .subtract: return .number(number(first) - number(second))
    case .multiply: return .number(number(first) * number(second))
    case .divide: return .number(number(first) / number(second))
    default: return .number(number(first).truncatingRemainder(dividingBy: number(second)))
    }
  }

  private func areEqual(_ first: XPathValue, _ second: XPathValue) -> Bool {
    switch (first, second) {
    case (.boolean, _), (_, .boolean): boolean(first) == boolean(second)
    case (.number, _), (_, .number): abs(number(first) - number(second)) < 1e-12
    default: string(first) == string(second)
    }
  }

  func isTrue(_ formula: Formula, _ context: EvaluationContext) throws(EvaluationFault) -> Bool {
    boolean(try evaluate(formula, context))
  }

  // MARK: Conversions

  /// A node-set as the value of its first node; an empty one is the empty string.
  func unpacked(_ value: XPathValue) -> XPathValue {
    guard case .nodes(let handles) = value else { return value }
    return handles.first.map { self.value(of: $0) } ?? .string("")
  }

  func boolean(_ value: XPathValue) -> Bool {
    switch unpacked(value) {
    case .boolean(let flag): flag
    case .number(let number): abs(number) > 1.0e-12 && !number.isNaN
    case .string(let text): !text.isEmpty
    case .date: true
    case .nodes: false
    }
  }

  func number(_ value: XPathValue) -> Double {
    switch unpacked(value) {
    case .boolean(let flag): flag ? 1 : 0
    case .number(let number): number
    case .string(let text): NumberText.number(text)
    case .date(let moment, _): Double(dayNumber(moment))
    case .nodes: .nan
    }
  }

  func string(_ value: XPathValue) -> String {
    switch unpacked(value) {
    case .boolean(let flag): flag ? "true" : "false"
    case .number(let number): NumberText.string(number)
    case .string(let text): text
    case .date(let moment, _):
      CalendarTime(milliseconds: moment, offsetSeconds: offset).dateText
    case .nodes: ""
    }
  }

  /// Whole days since 1970-01-01, local time.
  func dayNumber(_ moment: Int64) -> Int64 {
    (moment + Int64(offset) * 1000).floorDivided(by: CalendarTime.dayLength)
  }

  /// Several arguments, or the nodes of the one that is a node-set.
  func list(_ values: [XPathValue]) -> [XPathValue] {
    if values.count == 1, case .nodes(let handles) = values[0] {
      return handles.map { value(of: $0) }
    }
    return values
  }

  // MARK: Nodes

  func value(of handle: NodeHandle) -> XPathValue {
    guard handle.list < 0 else {
      if handle.column == -2 { return .string(choiceLabel(handle.list, row: handle.index)) }
      return .string(
        handle.column < -2 ? "" : definition.lists[handle.list].cell(handle.index, handle.column))
    }
    if let candidate, candidate.node == handle.index { return candidate.answer.value }
    return instance.nodes[handle.index].answer?.value ?? .string("")
  }

  private func nodes(_ path: NodePath, _ context: EvaluationContext) throws(EvaluationFault)
    -> [NodeHandle]
  {
    var found: [Int]
    switch path.origin {
    case .column(let column):
      return [NodeHandle(list: context.node.list, index: context.node.index, column: column)]
    case .list(let list, let predicates, let column):
      return try choices(of: list, where: predicates, context).map {
        NodeHandle(list: list, index: $0, column: column ?? -3)
      }
    case .root: found = [0]
    case .context(let climb):
      found = [self.climb(climb, from: context.node, isChildless: context.isChildless)]
    case .current(let climb):
      found = [self.climb(climb, from: context.current, isChildless: context.isChildless)]
    }
    for step in path.steps {
      found =
        found.count == 1
        ? instance.nodes[found[0]].children[step.position]
        : found.flatMap { instance.nodes[$0].children[step.position] }
      for predicate in step.predicates {
        found = try filter(found, predicate, context)
      }
    }
    // What is not relevant is not there (ODK XForms, relevance).
    return found.filter { instance.isRelevant($0) }.map { NodeHandle(index: $0) }
  }

  private func climb(_ levels: Int, from handle: NodeHandle, isChildless: Bool) -> Int {
    instance.ancestor(of: handle.index, levels: isChildless ? max(0, levels - 1) : levels)
  }

  private func filter(_ nodes: [Int], _ predicate: Formula, _ context: EvaluationContext)
    throws(EvaluationFault) -> [Int]
  {
    var kept: [Int] = []
    for (place, node) in nodes.enumerated() {
      var inner = context
      inner.node = NodeHandle(index: node)
      inner.isChildless = false
      inner.position = place + 1
      if try holds(predicate, inner) { kept.append(node) }
    }
    return kept
  }

  /// A number in brackets is a position (XPath 1.0 §2.4).
  private func holds(_ predicate: Formula, _ context: EvaluationContext) throws(EvaluationFault)
    -> Bool
  {
    let value = try evaluate(predicate, context)
    if case .number(let number) = value { return number == Double(context.position) }
    return boolean(value)
  }

  private func nodes(_ indexed: IndexedRepeat, _ context: EvaluationContext)
    throws(EvaluationFault) -> [NodeHandle]
  {
    var found = [climb(indexed.climb, from: context.node, isChildless: context.isChildless)]
    for step in indexed.steps {
      found = found.flatMap { instance.nodes[$0].children[step.position] }
      if let index = step.index {
        let wanted = number(try evaluate(index, context))
        // An index that is not there yet means the first instance, as in JavaRosa.
        let place = wanted >= 1 && wanted < 1e9 ? Int(wanted) : 1
        found = place <= found.count ? [found[place - 1]] : []
      }
    }
    return found.filter { instance.isRelevant($0) }.map { NodeHandle(index: $0) }
  }

  // MARK: Choices

  func choices(of list: Int, where predicates: [Formula], _ context: EvaluationContext)
    throws(EvaluationFault) -> [Int]
  {
    var rows = Array(definition.lists[list].choices.indices)
    for predicate in predicates {
      var kept: [Int] = []
      var inner = context
      for (place, row) in rows.enumerated() {
        inner.node = NodeHandle(list: list, index: row)
        inner.position = place + 1
        if try holds(predicate, inner) { kept.append(row) }
      }
      rows = kept
    }
    return rows
  }

  func choiceLabel(_ list: Int, row: Int) -> String {
    let choice = definition.lists[list].choices[row]
    return text(choice.label, EvaluationContext(0)) ?? choice.name
  }

  private func choiceLabel(of value: String, list: Int) throws(EvaluationFault) -> String {
    guard !value.isEmpty else { return "" }
    let row = definition.lists[list].choices.firstIndex { $0.name == value }
    return row.map { choiceLabel(list, row: $0) } ?? ""
  }

  // MARK: Texts

  /// A text in the session's language, else the form's default, else any; nil when there is none.
  func text(_ text: LocalizedText, _ context: EvaluationContext) -> String? {
    let parts =
      text.parts[language] ?? text.parts[definition.defaultLanguage] ?? text.parts.first?.value
    guard let parts else { return nil }
    var result = ""
    for part in parts {
      switch part {
      case .words(let words): result += words
      case .value(let formula):
        do {
          result += string(try evaluate(formula, context))
        } catch {
          // A label never stops a person; what cannot be computed is left out.
          continue
        }
      }
    }
    return result
  }
}
