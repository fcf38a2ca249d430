// One row that is a question, or that makes a secondary instance.

extension SurveyReader {
  mutating func question(_ type: TypeCell, _ word: String, _ row: SurveyRow) -> SurveyElement? {
    if word == "audit" {
      addAudit(row)
      return nil
    }
    guard let name = name(of: row, isNote: word == "note") else { return nil }
    questionNames.insert(name)
    var element: SurveyElement
    switch type {
    case .external(let format):
      secondaryInstances.insert(FileName(name).stem)
      return row.element(.external(format), name, typeName: word)
    case .select(let select):
      element = row.element(.question(select.type), name, typeName: word)
    case .question(let type): element = row.element(.question(type), name, typeName: word)
    default: return nil
    }
    readTrigger(row, &element)
    readDefault(row, &element)
    if word == "calculate", element.bind["calculate"] == nil, !element.initialIsExpression {
      findings.fault(row.location("calculation"), .missingCalculation, name)
    }
    if ["subscriberid", "simserial"].contains(word) {
      findings.warning(row.location("type"), .deprecated, word)
    }
    if let count = element.control["jr:count"] {
      findings.fault(count.location, .invalidValue, count.text)
    }
    let parameters = Parameters(row.plain["parameters"], findings: &findings)
    if case .select(let select) = type {
      read(select, row, parameters, &element)
    } else {
      if let filter = row.plain["choice_filter"] {
        findings.fault(filter.location, .invalidValue, filter.text)
      }
      read(parameters, row, &element)
    }
    if case .question(let type) = element.kind { element.addTypeBind(type) }
    return element
  }

  private mutating func readTrigger(_ row: SurveyRow, _ element: inout SurveyElement) {
    element.triggerLocation = row.plain["trigger"]?.location
    if let cell = row.plain["trigger"] {
      guard cell.text.contains("${") else {
        findings.fault(cell.location, .syntax, cell.text)
        return
      }
      for piece in cell.text.split(separator: ",") {
        guard let references = References.all(in: String(piece)), references.count <= 1 else {
          findings.fault(cell.location, .syntax, CellText.trimmed(String(piece)))
          return
        }
        element.triggers += references.map(\.name)
      }
    }
    guard element.typeName == "background-geopoint" else { return }
    if element.triggers.isEmpty {
      findings.fault(row.location("trigger"), .missingTrigger, element.name)
    }
    if let calculation = element.bind["calculate"] {
      findings.fault(calculation.location, .invalidValue, calculation.text)
    }
  }

  private mutating func readDefault(_ row: SurveyRow, _ element: inout SurveyElement) {
    guard let initial = row.plain["default"] else { return }
    element.initial = initial
    guard DynamicDefault.isExpression(initial.text, type: element.typeName) else { return }
    element.initialIsExpression = true
    element.actions.append(.init(event: .instanceFirstLoad, effect: .value(initial)))
    if open.contains(where: { $0.section == .repeats }) {
      element.actions.append(.init(event: .newRepeat, effect: .value(initial)))
    }
  }

  /// What types other than selects do with their parameters.
  private mutating func read(
    _ parameters: Parameters, _ row: SurveyRow, _ element: inout SurveyElement
  ) {
    switch element.typeName {
    case "text":
      parameters.accept(["rows"], &findings)
      if let rows = parameters.integer("rows", &findings) {
        element.setControl("rows", rows, parameters)
      }
    case "photo": readPhoto(parameters, row, &element)
    case "audio":
      parameters.accept(["quality"], &findings)
      let words: Set = ["voice-only", "low", "normal", "external"]
      if let quality = parameters.word("quality", of: words, &findings) {
        element.setBind("odk:quality", quality)
      }
    case "background-audio":
      parameters.accept(["quality"], &findings)
      if let quality = parameters.word(
        "quality", of: ["voice-only", "low", "normal"], &findings)
      {
        element.setBind("odk:quality", quality)
      }
      element.actions.append(.init(event: .instanceLoad, effect: .audio))
    case "geopoint", "geoshape", "geotrace": readGeometry(parameters, &element)
    case "start-geopoint":
      element.actions.append(.init(event: .instanceFirstLoad, effect: .geopoint))
    case "range": readRange(parameters, row, &element)
    default:
      parameters.warn(&findings)
      for (name, value) in parameters.values where element.control[name] == nil {
        element.setControl(name, value, parameters)
      }
    }
  }

  private mutating func readPhoto(
    _ parameters: Parameters, _ row: SurveyRow, _ element: inout SurveyElement
  ) {
    parameters.accept(["app", "max-pixels"], &findings)
    if let initial = element.initial, !initial.text.contains("jr://images/") {
      element.initial = Cell(text: "jr://images/" + initial.text, location: initial.location)
    }
    if let pixels = parameters.integer("max-pixels", &findings) {
      element.setBind("orx:max-pixels", pixels)
    } else if parameters["max-pixels"] == nil {
      findings.warning(row.location("parameters"), .missingParameter, "max-pixels")
    }
    let appearance = element.control["appearance"]?.text
    guard let app = parameters["app"], appearance == nil || appearance == "annotate" else {
      return
    }
    if Self.isPackageName(app) {
      element.setControl("intent", app, parameters)
    } else {
      parameters.refuse("app", &findings)
    }
  }

  private static func isPackageName(_ name: String) -> Bool {
    let segments = name.split(separator: ".", omittingEmptySubsequences: false)
    return segments.count > 1
      && segments.allSatisfy { segment in
        guard let first = segment.utf8.first, first != UInt8(ascii: "_"),
          !(0x30...0x39).contains(first)
        else { return false }
        return segment.utf8.allSatisfy {
          (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
            || $0 == UInt8(ascii: "_")
        }
      }
  }

  private mutating func readGeometry(_ parameters: Parameters, _ element: inout SurveyElement) {
    let isPoint = element.typeName == "geopoint"
    parameters.accept(
      isPoint
        ? ["allow-mock-accuracy", "capture-accuracy", "warning-accuracy", "reference-geometry"]
        : ["allow-mock-accuracy", "incremental", "reference-geometry"], &findings)
    if isPoint {
      if let accuracy = parameters.number("capture-accuracy", &findings) {
        element.setControl("accuracyThreshold", accuracy, parameters)
      }
      if let accuracy = parameters.number("warning-accuracy", &findings) {
        element.setControl("unacceptableAccuracyThreshold", accuracy, parameters)
      }
    } else if let incremental = parameters["incremental"] {
      if CellText.yesOrNo(incremental) ?? false {
        element.setControl("incremental", "true", parameters)
      } else {
        parameters.refuse("incremental", &findings)
      }
    }
    if let mock = parameters.word("allow-mock-accuracy", of: ["true", "false"], &findings) {
      element.setBind("odk:allow-mock-accuracy", mock)
    }
    guard let reference = parameters["reference-geometry"], let cell = parameters.cell else {
      return
    }
    let source = Cell(text: reference, location: cell.location)
    geometryReferences.append(source)
    element.choices = SurveyElement.Choices(source: source)
  }

  // MARK: Audit

  private mutating func addAudit(_ row: SurveyRow) {
    if let name = row.plain["name"], name.text != "audit" {
      findings.fault(name.location, .invalidName, name.text)
    }
    let type = AuthoredType(bindType: "binary")
    var element = row.element(.question(type), "audit", typeName: "audit")
    let parameters = Parameters(row.plain["parameters"], findings: &findings)
    let location = ["location-priority", "location-min-interval", "location-max-age"]
    parameters.accept(
      Set(location + ["identify-user", "track-changes", "track-changes-reasons"]), &findings)
    for name in ["track-changes", "identify-user"] {
      if let value = parameters.word(name, of: ["true", "false"], &findings) {
        element.setBind("odk:" + name, value)
      }
    }
    if let value = parameters.word("track-changes-reasons", of: ["on-form-edit"], &findings) {
      element.setBind("odk:track-changes-reasons", value)
    }
    if location.contains(where: { parameters[$0] != nil }) {
      readAuditLocation(parameters, location, &element)
    }
    element.addTypeBind(type)
    meta.append(element)
  }

  private mutating func readAuditLocation(
    _ parameters: Parameters, _ names: [String], _ element: inout SurveyElement
  ) {
    for name in names where parameters[name] == nil {
      findings.fault(parameters.cell?.location ?? element.location, .missingParameter, name)
    }
    let words: Set = ["no-power", "low-power", "balanced", "high-accuracy"]
    _ = parameters.word(names[0], of: words, &findings)
    var seconds: [Int] = []
    for name in names.dropFirst() {
      guard let text = parameters.integer(name, &findings), let value = Int(text) else { continue }
      if value < 0 { parameters.refuse(name, &findings) }
      seconds.append(value)
    }
    if seconds.count == 2, seconds[1] < seconds[0] { parameters.refuse(names[2], &findings) }
    for name in names {
      if let value = parameters[name] { element.setBind("odk:" + name, value) }
    }
  }
}

extension SurveyElement {
  /// What the type says of the bind, where the author says nothing else.
  mutating func addTypeBind(_ type: AuthoredType) {
    if let bindType = type.bindType, bind["type"] == nil { setBind("type", bindType) }
    if type.isReadonly, bind["readonly"] == nil { setBind("readonly", "true()") }
    if let constraint = type.constraint, bind["constraint"] == nil {
      setBind("constraint", constraint)
    }
    if let preload = type.preload {
      if bind["jr:preload"] == nil { setBind("jr:preload", preload.kind) }
      if bind["jr:preloadParams"] == nil { setBind("jr:preloadParams", preload.parameter) }
    }
    if let text = type.hint, hint.isEmpty { hint = Wording(cell(text)) }
  }

  mutating func setControl(_ name: String, _ value: String, _ parameters: Parameters) {
    control[name] = Cell(text: value, location: parameters.cell?.location ?? location)
  }
}
