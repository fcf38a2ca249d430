// What each function computes: the special forms, then by what comes out. The
// groups of the specification stand in files of their own beside this one.

extension Evaluator {
  func call(_ function: Function, _ arguments: [Formula], _ context: EvaluationContext)
    throws(EvaluationFault) -> XPathValue
  {
    switch function {
    case .conditional:
      return try evaluate(try isTrue(arguments[0], context) ? arguments[1] : arguments[2], context)
    case .coalesce:
      let first = try scalar(arguments[0], context)
      return isEmpty(first) ? try scalar(arguments[1], context) : first
    case .once:
      let own = value(of: context.node)
      return string(own).isEmpty ? try evaluate(arguments[0], context) : own
    case .position:
      return .number(Double(try position(arguments.first, context)))
    case .stringLength, .normalizeSpace:
      let own = try arguments.first.map { (formula) throws(EvaluationFault) in
        try scalar(formula, context)
      }
      return measured(function, string(own ?? value(of: context.node)))
    case .randomize: return .nodes(try shuffled(arguments, context))
    case .text: return .string(try itext(string(try scalar(arguments[0], context)), context))
    default: break
    }
    var values: [XPathValue] = []
    values.reserveCapacity(arguments.count)
    for argument in arguments {
      values.append(
        function.takesNodes ? try evaluate(argument, context) : try scalar(argument, context))
    }
    if let text = try textual(function, values) { return .string(text) }
    if let number = try numeric(function, values) { return .number(number) }
    return try other(function, values)
  }

  private func isEmpty(_ value: XPathValue) -> Bool {
    switch value {
    case .string(let text): text.isEmpty
    case .number(let number): number.isNaN
    default: false
    }
  }

  private func position(_ argument: Formula?, _ context: EvaluationContext)
    throws(EvaluationFault) -> Int
  {
    guard let argument else {
      if context.position > 0 { return context.position }
      return instance.ordinal(of: context.node.index) + 1
    }
    guard case .nodes(let handles) = try evaluate(argument, context), let first = handles.first,
      first.instance < 0
    else { return 0 }
    return instance.ordinal(of: first.index) + 1
  }

  private func shuffled(_ arguments: [Formula], _ context: EvaluationContext)
    throws(EvaluationFault) -> [NodeHandle]
  {
    guard case .nodes(let handles) = try evaluate(arguments[0], context) else { return [] }
    guard arguments.count > 1 else {
      return Shuffle.order(count: handles.count, random: environment.random).map { handles[$0] }
    }
    let seed: Int64
    switch try scalar(arguments[1], context) {
    case .string(let text): seed = Shuffle.seed(text)
    case let value: seed = Shuffle.seed(number(value))
    }
    return Shuffle.order(count: handles.count, seed: seed).map { handles[$0] }
  }

  private func other(_ function: Function, _ values: [XPathValue]) throws(EvaluationFault)
    -> XPathValue
  {
    switch function {
    case .yes: return .boolean(true)
    case .no: return .boolean(false)
    case .boolean: return .boolean(boolean(values[0]))
    case .not: return .boolean(!boolean(values[0]))
    case .booleanFromString:
      let text = string(values[0])
      return .boolean(text == "1" || text.lowercased() == "true")
    case .contains: return .boolean(ScalarText.contains(string(values[0]), string(values[1])))
    case .startsWith:
      return .boolean(scalars(values[0]).starts(with: scalars(values[1])))
    case .endsWith:
      return .boolean(scalars(values[0]).reversed().starts(with: scalars(values[1]).reversed()))
    case .regex: return .boolean(try patterns.matches(string(values[0]), string(values[1])))
    case .selected, .isSelected: return .boolean(isSelected(values))
    case .checklist: return .boolean(checklist(values))
    case .weightedChecklist: return .boolean(weightedChecklist(values))
    case .today: return try day(.date(environment.now(), hasTime: true))
    case .now: return .date(environment.now(), hasTime: true)
    case .date: return try day(values[0])
    case .dateTime: return try moment(values[0])
    case .formatDate, .formatDateTime: return .string(try formatted(values))
    case .decimalDateTime: return try decimalDays(values[0], keepsDate: true)
    case .decimalTime: return try decimalDays(values[0], keepsDate: false)
    case .geofence: return .boolean(try isInside(values))
    default: return unpacked(values[0])
    }
  }

  private func isInside(_ values: [XPathValue]) throws(EvaluationFault) -> Bool {
    guard let place = Geopoint(string(values[0])) else {
      throw EvaluationFault(code: .notAShape, detail: string(values[0]))
    }
    return GeoMeasure.isInside(place, try places([values[1]]))
  }

  private func isSelected(_ values: [XPathValue]) -> Bool {
    let wanted = ScalarText.trimmed(string(values[1]))
    return ScalarText.contains(" " + string(values[0]) + " ", " " + wanted + " ")
  }

  private func checklist(_ values: [XPathValue]) -> Bool {
    let count = list(Array(values.dropFirst(2))).filter { boolean($0) }.count
    let (least, most) = (whole(number(values[0])), whole(number(values[1])))
    return (least < 0 || count >= least) && (most < 0 || count <= most)
  }

  private func weightedChecklist(_ values: [XPathValue]) -> Bool {
    var sum = 0.0
    for place in stride(from: 2, to: values.count - 1, by: 2) where boolean(values[place]) {
      sum += number(values[place + 1])
    }
    return sum >= number(values[0]) && sum <= number(values[1])
  }
}

extension Function {
  /// Whether it looks at node-sets as such; the others see their first node's value.
  fileprivate var takesNodes: Bool {
    switch self {
    case .count, .countNonEmpty, .sum, .max, .min, .join, .concat, .checklist, .distance, .area,
      .enclosedArea:
      true
    default: false
    }
  }
}
