// `range`: numbers that must fit together before a slider can be drawn.

extension SurveyReader {
  mutating func readRange(
    _ given: Parameters, _ row: SurveyRow, _ element: inout SurveyElement
  ) {
    var parameters = given
    parameters.accept(
      ["end", "placeholder", "start", "step", "tick_interval", "tick_labelset"], &findings)
    for (name, value) in [("start", "1"), ("end", "10"), ("step", "1")]
    where parameters[name] == nil {
      parameters[name] = value
    }
    checkTickAppearance(parameters, element)
    var range = RangeScale()
    range.read(parameters, &findings)
    range.check(parameters, &findings)
    if range.hasFraction, element.bind["type"]?.text != "decimal" {
      element.setBind("type", "decimal")
    }
    for name in ["start", "end", "step"] {
      element.setControl(name, parameters[name] ?? "", parameters)
    }
    for (name, attribute) in [
      ("tick_interval", "odk:tick-interval"), ("placeholder", "odk:placeholder"),
    ] {
      if let value = parameters[name] { element.setControl(attribute, value, parameters) }
    }
    guard let name = parameters["tick_labelset"], let cell = parameters.cell else { return }
    element.choices = SurveyElement.Choices(source: Cell(text: name, location: cell.location))
    guard let list = choices.list(name) else {
      findings.fault(cell.location, .unknownList, name)
      return
    }
    checkLabels(list, range, parameters, element)
  }

  private mutating func checkTickAppearance(_ parameters: Parameters, _ element: SurveyElement) {
    guard let appearance = element.control["appearance"],
      !appearance.text.contains("vertical"), !appearance.text.contains("no-ticks")
    else { return }
    for name in ["placeholder", "tick_interval", "tick_labelset"] where parameters[name] != nil {
      findings.fault(appearance.location, .invalidValue, appearance.text)
      return
    }
  }

  private mutating func checkLabels(
    _ list: ChoiceLists.List, _ range: RangeScale, _ parameters: Parameters,
    _ element: SurveyElement
  ) {
    var labels: Set<Double> = []
    for choice in list.choices {
      let location = SourceLocation(sheet: "choices", row: choice.line, column: "name")
      guard let value = Double(choice.name), value.isFinite, range.holds(value),
        range.isOnTick(value)
      else {
        findings.fault(location, .invalidValue, choice.name)
        continue
      }
      labels.insert(value)
    }
    guard element.control["appearance"]?.text.contains("no-ticks") ?? false else { return }
    // Without ticks only the two ends can be labelled.
    if labels != range.ends { parameters.refuse("tick_labelset", &findings) }
  }
}

/// The numbers of a range question.
struct RangeScale {
  private var start = 1.0
  private var end = 10.0
  private var step = 1.0
  private var tickInterval: Double?
  private var placeholder: Double?

  var ends: Set<Double> { [start, end] }

  var hasFraction: Bool {
    [start, end, step, tickInterval, placeholder].contains {
      $0.map { $0 != $0.rounded() } ?? false
    }
  }

  mutating func read(_ parameters: Parameters, _ findings: inout Findings) {
    func number(_ name: String) -> Double? {
      guard let text = parameters[name] else { return nil }
      if let value = Double(text), value.isFinite { return value }
      parameters.refuse(name, &findings)
      return nil
    }
    start = number("start") ?? start
    end = number("end") ?? end
    step = number("step") ?? step
    tickInterval = number("tick_interval")
    placeholder = number("placeholder")
  }

  func check(_ parameters: Parameters, _ findings: inout Findings) {
    let width = abs(end - start)
    if step == 0 || step > width { parameters.refuse("step", &findings) }
    if let tickInterval,
      tickInterval == 0 || tickInterval > width || !Self.isMultiple(tickInterval, of: step)
    {
      parameters.refuse("tick_interval", &findings)
    }
    if let placeholder,
      !Self.isMultiple(placeholder - start, of: step) || !holds(placeholder)
    {
      parameters.refuse("placeholder", &findings)
    }
  }

  func holds(_ value: Double) -> Bool { value >= min(start, end) && value <= max(start, end) }

  func isOnTick(_ value: Double) -> Bool {
    Self.isMultiple(value - start, of: tickInterval ?? step)
  }

  /// In decimals, where 0.3 is three times 0.1.
  private static func isMultiple(_ value: Double, of step: Double) -> Bool {
    guard step != 0 else { return true }
    let ratio = value / step
    return abs(ratio - ratio.rounded()) < 1e-9
  }
}
