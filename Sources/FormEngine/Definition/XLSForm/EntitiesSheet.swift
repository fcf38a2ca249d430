// The entities sheet: which records a form creates or updates. What combination
// of `entity_id`, `create_if` and `update_if` means is ODK's:
// no id creates; an id updates; an id with both conditions does either.

/// One row of the entities sheet.
struct EntityRow {
  let list: String
  let location: SourceLocation
  var label: FormSource.Cell?
  var entityID: FormSource.Cell?
  var createIf: FormSource.Cell?
  var updateIf: FormSource.Cell?

  /// The questions its expressions name, each once.
  var variables: [String] {
    var names: [String] = []
    for cell in [entityID, createIf, updateIf, label] {
      for reference in cell.flatMap({ References.all(in: $0.text) }) ?? []
      where !names.contains(reference.name) {
        names.append(reference.name)
      }
    }
    return names
  }

  private static let columns: Set<String> = [
    "list_name", "label", "entity_id", "create_if", "update_if",
  ]
  private static let vocabulary = Columns.Vocabulary(
    names: columns.union(["repeat"]), aliases: ["dataset": ["list_name"]],
    standing: { path in
      if path.count > 1 { return .unknown }
      if path[0] == "repeat" { return .unsupported }
      return columns.contains(path[0]) ? .known : .unknown
    })

  static func read(_ sheet: Sheet, findings: inout Findings) -> [EntityRow] {
    let columns = Columns(of: sheet, vocabulary, findings: &findings)
    var declarations: [EntityRow] = []
    for row in sheet.rows {
      var cells: [String: FormSource.Cell] = [:]
      for column in columns.known { cells[column.path[0]] = columns.cell(row, column) }
      guard !cells.isEmpty else { continue }
      let list = cells["list_name"]
      let location =
        list?.location ?? sheet.location(line: row.line, column: "list_name")
      let declaration = EntityRow(
        list: list?.text ?? "", location: location, label: cells["label"],
        entityID: cells["entity_id"], createIf: cells["create_if"], updateIf: cells["update_if"])
      declaration.check(&findings)
      if declarations.contains(where: { $0.list == declaration.list }) {
        findings.fault(location, .duplicateEntity, declaration.list)
      } else {
        declarations.append(declaration)
      }
    }
    return declarations
  }

  private func check(_ findings: inout Findings) {
    if list.isEmpty || list.hasPrefix("__") || list.contains(".") || !CellText.isTag(list) {
      findings.fault(location, .invalidName, list)
    }
    if entityID == nil, let updateIf {
      findings.fault(updateIf.location, .missingEntityID, list)
    }
    if entityID != nil, let createIf, updateIf == nil {
      findings.fault(createIf.location, .missingUpdateCondition, list)
    }
    if entityID == nil, label == nil { findings.fault(location, .missingEntityLabel, list) }
  }

  /// The `entity` element and what stands in it, in pyxform's order.
  func elements(isInRepeat: Bool) -> (entity: SurveyElement, children: [SurveyElement]) {
    var children = [attribute("dataset", text: list)]
    if entityID == nil || createIf != nil {
      children.append(attribute("create", text: "1", calculation: createIf))
    }
    var id = attribute("id", calculation: entityID)
    id.setReadonlyText()
    if let entityID {
      children.append(attribute("update", text: "1", calculation: updateIf))
      for (name, column) in [
        ("baseVersion", "__version"), ("trunkVersion", "__trunkVersion"),
        ("branchId", "__branchId"),
      ] {
        let path = "instance('\(list)')/root/item[name=\(entityID.text)]/\(column)"
        let cell = FormSource.Cell(text: path, location: entityID.location)
        children.append(attribute(name, calculation: cell))
      }
    } else {
      let uuid = id.cell("uuid()")
      id.actions.append(.init(event: .instanceFirstLoad, effect: .value(uuid)))
      if isInRepeat { id.actions.append(.init(event: .newRepeat, effect: .value(uuid))) }
    }
    children.append(id)
    if let label {
      var element = SurveyElement(.entityLabel, "label", at: location)
      element.bind["calculate"] = label
      element.setReadonlyText()
      children.append(element)
    }
    return (SurveyElement(.entity, "entity", at: location), children)
  }

  private func attribute(
    _ name: String, text: String = "", calculation: FormSource.Cell? = nil
  ) -> SurveyElement {
    var element = SurveyElement(.attribute, name, at: location)
    element.text = text
    if let calculation {
      element.bind["calculate"] = calculation
      element.setReadonlyText()
    }
    return element
  }
}

extension SurveyElement {
  fileprivate mutating func setReadonlyText() {
    setBind("readonly", "true()")
    setBind("type", "string")
  }
}
