// The survey sheet: one row per question, group or repeat.

extension XLSFormReader {
  private static let plainColumns: Set<String> = [
    "type", "name", "required", "relevant", "constraint", "calculation", "choice_filter",
    "appearance", "parameters", "default", "readonly", "repeat_count", "save_to",
  ]
  private static let translatedColumns: Set<String> = [
    "label", "hint", "guidance_hint", "constraint_message", "required_message",
  ]
  private static let unsupportedColumns: Set<String> = [
    "trigger", "image", "big-image", "audio", "video", "media", "autoplay", "bind", "body",
    "instance", "rows", "intent", "disabled", "control", "noapperrorstring",
    "no_app_error_string",
  ]
  private static let columnAliases = [
    "relevance": "relevant", "calculate": "calculation", "read_only": "readonly",
    "constraining_message": "constraint_message", "requiredmsg": "required_message",
    "caption": "label", "command": "type", "tag": "name", "value": "name",
    "count": "repeat_count", "jr:count": "repeat_count",
  ]
  private static let typeAliases: [String: QuestionType] = [
    "int": .integer, "string": .text, "datetime": .dateTime, "date time": .dateTime,
    "gps": .geopoint, "location": .geopoint, "photo": .image, "trigger": .acknowledge,
    "imei": .deviceid,
  ]
  private static let unsupportedTypes: Set<String> = [
    "range", "rank", "geotrace", "geoshape", "start-geopoint", "background-geopoint", "audio",
    "background-audio", "video", "file", "csv-external", "xml-external", "email", "phonenumber",
    "audit", "osm", "subscriberid", "simserial", "percentage", "select_one_from_file",
    "select_multiple_from_file", "select_one_external", "begin_loop", "begin loop",
    "phone number",
  ]
  private static let parameterNames: [QuestionType: Set<String>] = [
    .text: ["rows"], .image: ["max-pixels", "app"],
    .geopoint: ["capture-accuracy", "warning-accuracy", "allow-mock-accuracy"],
  ]

  /// What the type cell says.
  private enum RowType {
    case question(QuestionType, list: String?)
    case begin(FormNode.Kind)
    case end(FormNode.Kind)
  }

  mutating func readSurvey(_ sheet: Sheet) {
    let columns = columns(of: sheet, aliases: Self.columnAliases) { heading in
      if Self.unsupportedColumns.contains(heading.name) { return .unsupported }
      if Self.translatedColumns.contains(heading.name) { return .known }
      return heading.language == nil && Self.plainColumns.contains(heading.name)
        ? .known : .unknown
    }
    guard columns.contains(where: { $0.heading.name == "type" }) else {
      faults.append(
        SourceLocation(sheet: sheet.name, row: sheet.headingLine, column: "type")
          .fault(.missingColumn, "type"))
      return
    }
    source.nodes = [
      FormSource.Node(
        name: "data", kind: .group, parent: -1,
        location: SourceLocation(sheet: sheet.name, row: sheet.line, column: ""))
    ]
    var open: [(node: Int, location: SourceLocation)] = [
      (0, SourceLocation(sheet: sheet.name, row: sheet.line, column: ""))
    ]
    for row in sheet.rows {
      read(SurveyRow(row, columns: columns, of: sheet, reader: self), open: &open)
    }
    for (node, location) in open.dropFirst() {
      faults.append(location.fault(.unmatchedBegin, source.nodes[node].name))
    }
  }

  private mutating func read(
    _ row: SurveyRow, open: inout [(node: Int, location: SourceLocation)]
  ) {
    guard let typeCell = row.plain["type"] else {
      // A row with neither name nor label is a remark (pyxform skips it with a warning).
      if row.plain["name"] != nil || row.translated["label"] != nil {
        faults.append(row.location("type").fault(.unknownType, ""))
      }
      return
    }
    guard let type = rowType(typeCell) else { return }
    if case .end(let kind) = type {
      guard open.count > 1, let top = open.last, source.nodes[top.node].kind == kind else {
        faults.append(typeCell.location.fault(.unmatchedEnd, typeCell.text))
        return
      }
      open.removeLast()
      return
    }
    guard let node = node(row, type, typeCell, parent: open.last?.node ?? 0) else { return }
    source.nodes.append(node)
    if case .begin = type { open.append((source.nodes.count - 1, typeCell.location)) }
  }

  private mutating func rowType(_ cell: FormSource.Cell) -> RowType? {
    let words = cell.text.split(separator: " ").map(String.init)
    let plain = words.joined(separator: "_")
    switch plain {
    case "begin_group": return .begin(.group)
    case "begin_repeat": return .begin(.repeats)
    case "end_group": return .end(.group)
    case "end_repeat": return .end(.repeats)
    default: break
    }
    if let type = Self.typeAliases[cell.text]
      ?? QuestionType(rawValue: cell.text).flatMap({ Self.needsList($0) ? nil : $0 })
    {
      return .question(type, list: nil)
    }
    if let (type, list) = select(words) { return .question(type, list: list) }
    let isKnown =
      Self.unsupportedTypes.contains(cell.text) || Self.unsupportedTypes.contains(words[0])
      || words.last == "or_other"
    faults.append(cell.location.fault(isKnown ? .unsupportedType : .unknownType, cell.text))
    return nil
  }

  private static func needsList(_ type: QuestionType) -> Bool {
    type == .selectOne || type == .selectMultiple
  }

  private func select(_ words: [String]) -> (QuestionType, String)? {
    let commands: [(String, QuestionType)] = [
      ("select_one", .selectOne), ("select one", .selectOne), ("select one from", .selectOne),
      ("select1", .selectOne), ("select_multiple", .selectMultiple),
      ("select all that apply", .selectMultiple), ("select all that apply from", .selectMultiple),
    ]
    guard words.count > 1 else { return nil }
    let command = words.dropLast().joined(separator: " ")
    return commands.first { $0.0 == command }.map { ($0.1, words[words.count - 1]) }
  }

  private mutating func node(
    _ row: SurveyRow, _ type: RowType, _ typeCell: FormSource.Cell, parent: Int
  ) -> FormSource.Node? {
    let kind: FormNode.Kind
    var list: String?
    switch type {
    case .begin(let container): kind = container
    case .question(let question, let name):
      kind = .question(question)
      list = name
    case .end: return nil
    }
    guard let name = name(of: row, kind) else { return nil }
    check(name, kind, row, parent: parent)
    var node = FormSource.Node(name: name, kind: kind, parent: parent, location: typeCell.location)
    node.label = row.translated["label"] ?? [:]
    node.hint = row.translated["hint"] ?? [:]
    node.guidanceHint = row.translated["guidance_hint"] ?? [:]
    node.constraintMessage = row.translated["constraint_message"] ?? [:]
    node.requiredMessage = row.translated["required_message"] ?? [:]
    node.relevant = row.plain["relevant"].map(Self.condition)
    node.constraint = row.plain["constraint"].map(Self.condition)
    node.required = row.plain["required"].map(Self.condition)
    node.readonly = row.plain["readonly"].map(Self.condition)
    node.calculation = row.plain["calculation"]
    node.choiceFilter = row.plain["choice_filter"]
    node.count = row.plain["repeat_count"]
    node.saveTo = row.plain["save_to"]
    node.appearance = row.plain["appearance"]?.text ?? ""
    node.initial = row.plain["default"]
    if let initial = node.initial {
      node.initialIsExpression = Self.isExpression(initial.text, for: kind)
    }
    if let list { node.list = FormSource.Cell(text: list, location: typeCell.location) }
    node.parameters = parameters(row, kind)
    checkPlaces(of: node, row)
    return node
  }

  private mutating func name(of row: SurveyRow, _ kind: FormNode.Kind) -> String? {
    if let cell = row.plain["name"] {
      guard XMLName.isValid(cell.text) else {
        faults.append(cell.location.fault(.invalidName, cell.text))
        return nil
      }
      return cell.text
    }
    if kind == .question(.note) { return "generated_note_name_\(row.line)" }
    faults.append(row.location("name").fault(.missingName, row.plain["type"]?.text ?? ""))
    return nil
  }

  private mutating func check(_ name: String, _ kind: FormNode.Kind, _ row: SurveyRow, parent: Int)
  {
    var isTaken = !namesTaken.insert("\(parent)/\(name)").inserted
    // A repeat's name may be used by no other repeat, nor be the root's (as pyxform).
    if kind == .repeats, !repeatNames.insert(name).inserted { isTaken = true }
    if isTaken { faults.append(row.location("name").fault(.duplicateName, name)) }
  }

  /// Cells that mean something only for certain types.
  private mutating func checkPlaces(of node: FormSource.Node, _ row: SurveyRow) {
    if node.kind == .question(.calculate), node.calculation == nil, !node.initialIsExpression {
      faults.append(row.location("calculation").fault(.missingCalculation, node.name))
    }
    if let count = node.count, node.kind != .repeats {
      faults.append(count.location.fault(.invalidValue, count.text))
    }
    if let filter = node.choiceFilter, node.list == nil {
      faults.append(filter.location.fault(.invalidValue, filter.text))
    }
    guard case .question = node.kind else {
      for cell in [node.constraint, node.required, node.calculation, node.initial, node.saveTo] {
        if let cell { faults.append(cell.location.fault(.invalidValue, cell.text)) }
      }
      return
    }
  }

  private mutating func parameters(_ row: SurveyRow, _ kind: FormNode.Kind) -> [String: String] {
    guard let cell = row.plain["parameters"] else { return [:] }
    var known: Set<String> = []
    if case .question(let type) = kind { known = Self.parameterNames[type] ?? [] }
    var result: [String: String] = [:]
    for piece in cell.text.split(whereSeparator: { $0.isWhitespace || $0 == "," || $0 == ";" }) {
      let halves = piece.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
      guard halves.count == 2, known.contains(halves[0].lowercased()) else {
        faults.append(cell.location.fault(.unknownParameter, String(piece)))
        continue
      }
      result[halves[0].lowercased()] = halves[1]
    }
    return result
  }

  /// `yes` and `no` stand for true() and false().
  private static func condition(_ cell: FormSource.Cell) -> FormSource.Cell {
    let text = isYes(cell.text) ? "true()" : isNo(cell.text) ? "false()" : cell.text
    return FormSource.Cell(text: text, location: cell.location)
  }

  /// Whether a default is computed: it calls a function, refers to a question
  /// or calculates (pyxform's rule; in a date the minus is none).
  static func isExpression(_ text: String, for kind: FormNode.Kind) -> Bool {
    let tokens: [Token]
    do {
      tokens = try Lexer.tokens(of: text)
    } catch {
      return false
    }
    let hasHyphens: [FormNode.Kind] = [
      .question(.date), .question(.dateTime), .question(.geopoint),
    ]
    for (place, token) in tokens.enumerated() {
      switch token {
      case .reference: return true
      case .name:
        if tokens[place + 1] == .symbol(.leftParenthesis) { return true }
      case .operation(.subtract):
        if hasHyphens.contains(kind) { return false }
        if case .number = tokens[place + 1] { continue }
        return true
      case .operation(.add), .operation(.multiply), .operation(.divide), .operation(.modulo):
        return true
      default: continue
      }
    }
    return false
  }
}

/// A row of the survey sheet by column.
struct SurveyRow {
  let line: Int
  let sheet: String
  private(set) var plain: [String: FormSource.Cell] = [:]
  private(set) var translated: [String: [String: FormSource.Cell]] = [:]

  init(_ row: Sheet.Row, columns: [XLSFormReader.Column], of sheet: Sheet, reader: XLSFormReader) {
    line = row.line
    self.sheet = sheet.name
    for column in columns {
      guard let cell = reader.cell(row, column, of: sheet) else { continue }
      let name = column.heading.name
      switch name {
      case "label", "hint", "guidance_hint", "constraint_message", "required_message":
        // A heading without a language stands for the default one.
        let language = column.heading.language ?? reader.source.defaultLanguage
        if column.heading.language != nil || translated[name]?[language] == nil {
          translated[name, default: [:]][language] = cell
        }
      default: plain[name] = cell
      }
    }
  }

  func location(_ column: String) -> SourceLocation {
    SourceLocation(sheet: sheet, row: line, column: column)
  }
}
