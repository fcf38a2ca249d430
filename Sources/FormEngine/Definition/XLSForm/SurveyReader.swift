// The survey sheet, row by row, in the order and with the checks of pyxform's
// reader: groups and repeats are opened and closed, generated nodes go in where
// pyxform puts them, and metadata is kept for the `meta` block at the end.

struct SurveyReader {
  typealias Cell = FormSource.Cell

  var settings: SettingsSheet
  var choices: ChoiceLists
  var findings: Findings
  var tree: SurveyTree
  /// What goes into the `meta` block before the instance's id.
  var meta: [SurveyElement] = []
  var open: [OpenSection] = []
  var repeatNames: Set<String> = []
  /// What a trigger may name.
  var questionNames: Set<String> = []
  var secondaryInstances: Set<String> = []
  /// The names of `reference-geometry`, to be checked when all is known.
  var geometryReferences: [Cell] = []
  /// The state of a `table-list` group.
  var tableList: TableList = .none

  struct OpenSection {
    let section: TypeCell.Section
    let element: Int
    let location: SourceLocation
  }

  enum TableList: Equatable {
    case none, begun
    case list(String)
  }

  init(_ settings: SettingsSheet, _ choices: ChoiceLists, _ findings: Findings, at sheet: Sheet) {
    self.settings = settings
    self.choices = choices
    self.findings = findings
    let location = sheet.location(line: sheet.line, column: "")
    tree = SurveyTree(root: SurveyElement(.group, settings.rootName, at: location))
  }

  mutating func read(_ sheet: Sheet) {
    let columns = Columns(of: sheet, SurveyColumns.vocabulary, findings: &findings)
    guard columns.contains(["type"]) else {
      findings.fault(
        sheet.location(line: sheet.headingLine, column: "type"), .missingColumn, "type")
      return
    }
    for (place, row) in sheet.rows.enumerated() {
      let row = SurveyRow(row, number: place + 2, columns: columns, settings: settings)
      if !row.isEmpty { read(row) }
    }
    for section in open {
      findings.fault(section.location, .unmatchedBegin, tree[section.element].name)
    }
    checkNames()
    checkGeometryReferences()
  }

  private mutating func read(_ row: SurveyRow) {
    if let disabled = row.plain["disabled"] {
      findings.warning(disabled.location, .deprecated, "disabled")
      if CellText.yesOrNo(disabled.text) ?? false { return }
    }
    guard let typeCell = row.plain["type"] else {
      let location = row.location("type")
      if row.plain["name"] == nil, row.label.isEmpty {
        findings.warning(location, .unknownType, "")
      } else {
        findings.fault(location, .unknownType, "")
      }
      return
    }
    let word = AuthoredType.aliases[typeCell.text] ?? typeCell.text
    let type = TypeCell(word)
    switch type {
    case .unknown: findings.fault(typeCell.location, .unknownType, typeCell.text)
    case .unsupported: findings.fault(typeCell.location, .unsupportedType, typeCell.text)
    case .setting(let name):
      if let value = row.plain["name"] { settings.set(name, value) }
    case .end(let section): end(section, typeCell)
    case .begin(let section, let list): begin(section, list, row, typeCell)
    case .question, .select, .external:
      guard let element = question(type, word, row) else { return }
      tree.append(element, to: parent)
      addOther(after: element, type, row)
    }
  }

  /// The open section, or the root.
  var parent: Int { open.last?.element ?? 0 }

  /// The row's name; what is missing or no name is a fault.
  mutating func name(of row: SurveyRow, isNote: Bool) -> String? {
    guard let cell = row.plain["name"] else {
      if isNote { return "generated_note_name_\(row.number)" }
      findings.fault(row.location("name"), .missingName, row.plain["type"]?.text ?? "")
      return nil
    }
    guard CellText.isTag(cell.text) else {
      findings.fault(cell.location, .invalidName, cell.text)
      return nil
    }
    if cell.text == "meta" {
      findings.fault(cell.location, .duplicateName, cell.text)
      return nil
    }
    return cell.text
  }

  // MARK: Sections

  /// How deeply groups and repeats may stand in each other: walks through a form
  /// go as deep.
  private static let depthLimit = 100

  private mutating func end(_ section: TypeCell.Section, _ cell: Cell) {
    guard let top = open.last, top.section == section else {
      findings.fault(cell.location, .unmatchedEnd, cell.text)
      return
    }
    open.removeLast()
    tableList = .none
  }

  private mutating func begin(
    _ section: TypeCell.Section, _ list: String?, _ row: SurveyRow, _ typeCell: Cell
  ) {
    guard open.count < Self.depthLimit else {
      findings.fault(typeCell.location, .nestedTooDeeply, "\(Self.depthLimit)")
      // Opened in name only, for its end to be found.
      open.append(OpenSection(section: section, element: parent, location: typeCell.location))
      return
    }
    // A section without a proper name is opened all the same, for its end to be found.
    let name = name(of: row, isNote: false) ?? ""
    let kind = kind(of: section, list, typeCell)
    var element = row.element(kind, name, typeName: typeCell.text)
    if section == .repeats { checkRepeat(name, row) }
    if let count = element.control["jr:count"] {
      element.control["jr:count"] = self.count(count, for: element)
    }
    refuseQuestionCells(row)
    if let intent = row.plain["intent"] { element.control["intent"] = intent }
    let isTable = beginTable(&element)
    let place = tree.append(element, to: parent)
    if isTable { addTableLabel(row, to: place) }
    open.append(OpenSection(section: section, element: place, location: typeCell.location))
  }

  private mutating func kind(
    of section: TypeCell.Section, _ list: String?, _ typeCell: Cell
  ) -> SurveyElement.Kind {
    switch section {
    case .group: return .group
    case .repeats: return .repeats
    case .loop:
      if list.flatMap(choices.list) == nil {
        findings.fault(typeCell.location, .unknownList, list ?? "")
      }
      return .loop(list ?? "")
    }
  }

  private mutating func checkRepeat(_ name: String, _ row: SurveyRow) {
    if name == settings.rootName || (!name.isEmpty && !repeatNames.insert(name).inserted) {
      findings.fault(row.location("name"), .duplicateName, name)
    }
    if row.label.isEmpty, row.media.isEmpty {
      findings.warning(row.location("label"), .missingLabel, name)
    }
  }

  /// A count that is more than a question's name gets a node of its own.
  private mutating func count(_ count: Cell, for element: SurveyElement) -> Cell {
    guard element.kind == .repeats else {
      findings.fault(count.location, .invalidValue, count.text)
      return count
    }
    guard References.only(count.text) == nil else { return count }
    var node = SurveyElement(
      .question(.calculate), element.name + "_count", at: count.location)
    node.typeName = "calculate"
    node.setBind("type", "string")
    node.setBind("readonly", "true()")
    node.bind["calculate"] = count
    tree.append(node, to: parent)
    return Cell(text: "${\(node.name)}", location: count.location)
  }

  /// Cells that only mean something in a question.
  private mutating func refuseQuestionCells(_ row: SurveyRow) {
    for name in ["default", "choice_filter"] {
      guard let cell = row.plain[name] else { continue }
      findings.fault(cell.location, .invalidValue, cell.text)
    }
    if let cell = row.bind["entities:saveto"] {
      findings.fault(cell.location, .invalidValue, cell.text)
    }
  }

  private mutating func beginTable(_ element: inout SurveyElement) -> Bool {
    guard let appearance = element.control["appearance"] else { return false }
    let words = appearance.text.split(separator: " ").map(String.init)
    guard words.contains("table-list") else { return false }
    tableList = .begun
    let others = words.filter { $0 != "table-list" }
    element.control["appearance"] = Cell(
      text: (["field-list"] + others).joined(separator: " "), location: appearance.location)
    guard !element.label.isEmpty || !element.hint.isEmpty else { return false }
    element.label = Wording()
    element.hint = Wording()
    return true
  }

  /// The heading of a table is a note inside it.
  private mutating func addTableLabel(_ row: SurveyRow, to place: Int) {
    var note = SurveyElement(
      .question(.note), "generated_table_list_label_\(row.number)", at: row.location("type"))
    note.typeName = "note"
    note.label = row.label
    note.hint = row.hint
    note.addTypeBind(.note)
    tree.append(note, to: place)
  }

  // MARK: Checks at the end

  /// Names are unique among siblings.
  private mutating func checkNames() {
    for place in tree.preorder() {
      var seen: Set<String> = []
      var seenInLowerCase: Set<String> = []
      for child in tree[place].children {
        let name = tree[child].name
        guard !name.isEmpty else { continue }
        if !seen.insert(name).inserted {
          findings.fault(tree[child].nameLocation, .duplicateName, name)
        } else if !seenInLowerCase.insert(name.lowercased()).inserted {
          findings.warning(tree[child].nameLocation, .duplicateName, name)
        }
      }
    }
  }

  private mutating func checkGeometryReferences() {
    for cell in geometryReferences {
      if secondaryInstances.contains(cell.text) || choices.list(cell.text) != nil { continue }
      if let reference = References.only(cell.text), repeatNames.contains(reference.name) {
        continue
      }
      findings.fault(cell.location, .invalidValue, cell.text)
    }
  }
}
