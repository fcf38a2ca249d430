// Selects: where their choices come from, `or_other`, and tables of selects.

extension SurveyReader {
  mutating func read(
    _ select: TypeCell.Select, _ row: SurveyRow, _ parameters: Parameters,
    _ element: inout SurveyElement
  ) {
    let location = row.location("type")
    let filter = row.plain["choice_filter"]
    checkList(select, location)
    if select.hasOther { readOther(select, filter, location) }
    parameters.accept(
      select.takesPaths ? ["label", "randomize", "seed", "value"] : ["randomize", "seed"],
      &findings)
    var source = SurveyElement.Choices(source: Cell(text: select.list, location: location))
    source.filter = filter
    readPaths(parameters, &source)
    readRandomize(parameters, &source)
    element.choices = source
    if let type = element.bind["type"], !["string", "odk:rank"].contains(type.text) {
      findings.fault(type.location, .invalidValue, type.text)
    }
    readTable(select, row, filter, &element)
  }

  private mutating func checkList(_ select: TypeCell.Select, _ location: SourceLocation) {
    let file = FileName(select.list)
    secondaryInstances.insert(file.stem)
    if select.isFromFile, !file.isSelectable {
      findings.fault(location, .unreadableFile, select.list)
      return
    }
    guard !file.isInstance, !References.areIn(select.list) else { return }
    guard let list = choices.list(select.list) else {
      findings.fault(location, .unknownList, select.list)
      return
    }
    // Answers to a select_multiple are names with spaces between them.
    guard select.type == .selectMultiple else { return }
    for choice in list.choices where choice.name.utf8.contains(UInt8(ascii: " ")) {
      findings.fault(
        SourceLocation(sheet: "choices", row: choice.line, column: "name"), .spaceInChoiceName,
        choice.name)
    }
  }

  private mutating func readOther(
    _ select: TypeCell.Select, _ filter: Cell?, _ location: SourceLocation
  ) {
    if let filter { findings.fault(filter.location, .invalidValue, filter.text) }
    guard let place = choices.place(of: select.list) else {
      if FileName(select.list).isInstance || References.areIn(select.list) {
        findings.fault(location, .unknownList, select.list)
      }
      return
    }
    choices.addOther(to: place, location: location)
  }

  /// The question that `or_other` puts behind a select.
  mutating func addOther(after element: SurveyElement, _ type: TypeCell, _ row: SurveyRow) {
    guard case .select(let select) = type, select.hasOther else { return }
    var other = SurveyElement(.question(.text), element.name + "_other", at: element.location)
    other.typeName = "text"
    other.label = Wording(other.cell("Specify other."))
    other.setBind("relevant", "selected(../\(element.name), '\(ChoiceLists.other)')")
    other.addTypeBind(.text)
    tree.append(other, to: parent)
  }

  private mutating func readPaths(
    _ parameters: Parameters, _ source: inout SurveyElement.Choices
  ) {
    source.value = parameters["value"]
    source.label = parameters["label"]
    for name in ["value", "label"] {
      if let path = parameters[name], !CellText.isTag(path) {
        parameters.refuse(name, &findings)
      }
    }
  }

  private mutating func readRandomize(
    _ parameters: Parameters, _ source: inout SurveyElement.Choices
  ) {
    guard let randomize = parameters["randomize"] else {
      if parameters["seed"] != nil { parameters.refuse("seed", &findings) }
      return
    }
    guard parameters.word("randomize", of: ["true", "false"], &findings) != nil else { return }
    source.isRandomized = randomize == "true"
    guard let seed = parameters["seed"] else { return }
    if References.only(seed) == nil, Double(seed) == nil {
      parameters.refuse("seed", &findings)
    }
    source.seed = seed
  }

  /// In a `table-list` group all selects share a list, and the first row shows its labels.
  private mutating func readTable(
    _ select: TypeCell.Select, _ row: SurveyRow, _ filter: Cell?,
    _ element: inout SurveyElement
  ) {
    if tableList == .none { return }
    if tableList == .begun {
      tableList = .list(select.list)
      if let filter { findings.fault(filter.location, .invalidValue, filter.text) }
      var heading = SurveyElement(
        .question(select.type), "reserved_name_for_field_list_labels_\(row.number)",
        at: element.location)
      heading.typeName = element.typeName
      heading.control["appearance"] = heading.cell("label")
      heading.choices = SurveyElement.Choices(source: heading.cell(select.list))
      heading.addTypeBind(select.type)
      tree.append(heading, to: parent)
    }
    if tableList != .list(select.list) {
      findings.fault(element.location, .invalidValue, select.list)
    }
    element.control["appearance"] = element.cell("list-nolabel")
  }
}
