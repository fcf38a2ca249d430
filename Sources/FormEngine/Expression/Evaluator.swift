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
    self.init(NodeHandle(index: id))
    self.isChildless = isChildless
  }

  init(_ handle: NodeHandle) {
    node = handle
    current = handle
  }
}

struct Evaluator {
  let instance: FormInstance
  let environment: FormEnvironment
  let patterns: PatternCache
  /// The secondary instances with what has been looked up in them.
  let lists: InstanceIndexes
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
    case .negate(let inner): return .number(-number(try scalar(inner, context)))
    case .nodes(let path): return .nodes(try nodes(path, context))
    case .operation(let operation, let left, let right):
      return try operate(operation, left, right, context)
    case .call(let function, let arguments): return try call(function, arguments, context)
    case .indexedRepeat(let indexed): return .nodes(try nodes(indexed, context))
    case .choiceName(let value, let select, let control):
      return .string(
        try choiceLabel(of: string(try evaluate(value, context)), select, control, context))
    case .cell(let instance, let wanted, let key, let value):
      return .string(
        lists.cell(
          instance, wanted: wanted, key: key, value: string(try evaluate(value, context))))
    }
  }

  /// The value of a formula as one value: a node-set as that of its first node.
  ///
  /// Most formulas are plain references, for which no node-set is built.
  func scalar(_ formula: Formula, _ context: EvaluationContext) throws(EvaluationFault)
    -> XPathValue
  {
    if case .nodes(let path) = formula {
      switch single(path, context) {
      case .found(let handle): return value(of: handle)
      case .nothing: return .string("")
      case .several: break
      }
    }
    return unpacked(try evaluate(formula, context))
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
    let first = try scalar(left, context)
    let second = try scalar(right, context)
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

  func areEqual(_ first: XPathValue, _ second: XPathValue) -> Bool {
    switch (first, second) {
    case (.boolean, _), (_, .boolean): boolean(first) == boolean(second)
    case (.number, _), (_, .number): abs(number(first) - number(second)) < 1e-12
    default: string(first) == string(second)
    }
  }

  func isTrue(_ formula: Formula, _ context: EvaluationContext) throws(EvaluationFault) -> Bool {
    boolean(try scalar(formula, context))
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

  /// What a node holds; a group or an element with others inside holds nothing of its own.
  func value(of handle: NodeHandle) -> XPathValue {
    guard handle.instance < 0 else {
      return .string(definition.instances[handle.instance].text(handle.index))
    }
    if let candidate, candidate.node == handle.index { return candidate.answer.value }
    return instance.nodes[handle.index].answer?.value ?? .string("")
  }

  // MARK: Texts

  /// A text in the session's language, else the form's default, else any; nil when there is none.
  func text(_ text: LocalizedText, _ context: EvaluationContext) -> String? {
    said(text.parts, context)
  }

  /// Words in the session's language, else the form's default, else any.
  func said(_ parts: [String: [LocalizedText.Part]], _ context: EvaluationContext) -> String? {
    guard let parts = localized(parts) else { return nil }
    var result = ""
    for part in parts {
      switch part {
      case .words(let words): result += words
      case .value(let formula):
        do {
          result += string(try scalar(formula, context))
        } catch {
          // A label never stops a person; what cannot be computed is left out.
          continue
        }
      }
    }
    return result
  }

  func localized<Value>(_ values: [String: Value]) -> Value? {
    values[language] ?? values[definition.defaultLanguage] ?? values.first?.value
  }
}
