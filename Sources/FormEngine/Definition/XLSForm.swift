// The authored format: XLSForm as one CSV file, the first column naming the
// sheet, as pyxform reads it. A row that names a sheet begins it; the next row
// with content holds its headings.

/// Reads forms authored as XLSForm in a single CSV file.
public enum XLSForm {
  /// Reads and checks a form; `name` is its id when the settings give none.
  ///
  /// Throws every fault that was found, each with sheet, line and column.
  public static func read(_ csv: [UInt8], name: String) throws(FormFaults) -> FormDefinition {
    let rows = try CSVReader.rows(csv)
    var reader = XLSFormReader(name: name)
    reader.read(rows)
    guard reader.faults.isEmpty else { throw FormFaults(reader.faults) }
    return try FormCompiler.compile(reader.source, name: name)
  }
}

/// A sheet as its headings and rows.
struct Sheet {
  struct Row {
    let line: Int
    let cells: [String]
  }

  let name: String
  let line: Int
  var headings: [String] = []
  var headingLine = 0
  var rows: [Row] = []
}

struct XLSFormReader {
  let name: String
  var source = FormSource()
  var faults: [FormFault] = []
  /// `parent/name` of every row so far.
  var namesTaken: Set<String> = []
  /// The names of repeats so far, and the root's.
  var repeatNames: Set<String> = ["data"]

  init(name: String) {
    self.name = name
  }

  private static let unsupportedSheets: Set<String> = ["external_choices", "osm"]

  mutating func read(_ rows: [CSVRow]) {
    let sheets = split(rows)
    guard faults.isEmpty else { return }
    guard let survey = sheets["survey"] else {
      faults.append(
        FormFault(sheet: "survey", row: 0, column: "", code: .missingSheet, detail: "survey"))
      return
    }
    if let settings = sheets["settings"] { readSettings(settings) }
    if let choices = sheets["choices"] { readChoices(choices) }
    if let entities = sheets["entities"] { readEntities(entities) }
    readSurvey(survey)
    source.languages = languages(in: [survey, sheets["choices"]])
  }

  private mutating func split(_ rows: [CSVRow]) -> [String: Sheet] {
    var sheets: [String: Sheet] = [:]
    var current: String?
    for row in rows {
      let marker = Text.trimmed(row.cells[0]).lowercased()
      let content = row.cells.dropFirst().map { Text.trimmed($0) }
      if !marker.isEmpty {
        current = begin(marker, line: row.line, in: &sheets)
      }
      guard let current, content.contains(where: { !$0.isEmpty }) else { continue }
      if sheets[current]?.headings.isEmpty ?? true {
        sheets[current]?.headings = content
        sheets[current]?.headingLine = row.line
      } else {
        sheets[current]?.rows.append(Sheet.Row(line: row.line, cells: content))
      }
    }
    return sheets
  }

  private mutating func begin(_ marker: String, line: Int, in sheets: inout [String: Sheet])
    -> String?
  {
    let location = SourceLocation(sheet: marker, row: line, column: "")
    if Self.unsupportedSheets.contains(marker) {
      faults.append(location.fault(.unsupportedSheet, marker))
    } else if !["survey", "choices", "settings", "entities"].contains(marker) {
      faults.append(location.fault(.unknownSheet, marker))
    } else if sheets[marker] != nil {
      faults.append(location.fault(.repeatedSheet, marker))
    } else {
      sheets[marker] = Sheet(name: marker, line: line)
      return marker
    }
    return nil
  }

  /// The languages named in headings, the default one first.
  private func languages(in sheets: [Sheet?]) -> [String] {
    var languages = source.defaultLanguage.isEmpty ? [] : [source.defaultLanguage]
    for sheet in sheets.compactMap({ $0 }) {
      for heading in sheet.headings {
        guard let language = Heading(heading).language, !languages.contains(language) else {
          continue
        }
        languages.append(language)
      }
    }
    return languages
  }

  // MARK: Settings, choices, entities

  private mutating func readSettings(_ sheet: Sheet) {
    let known: Set<String> = [
      "form_title", "form_id", "version", "default_language", "instance_name", "element", "lane",
      "allow_choice_duplicates",
    ]
    let unsupported: Set<String> = [
      "submission_url", "public_key", "auto_send", "auto_delete", "client_editable", "style",
      "namespaces", "name", "omit_instanceid", "instance_id", "clean_text_values", "sms_keyword",
      "flat", "prefix", "delimiter", "attribute",
    ]
    let aliases = [
      "id_string": "form_id", "set_form_id": "form_id", "title": "form_title",
      "set_form_title": "form_title",
    ]
    let columns = columns(of: sheet, aliases: aliases) { heading in
      if heading.language != nil { return .unknown }
      return known.contains(heading.name)
        ? .known : unsupported.contains(heading.name) ? .unsupported : .unknown
    }
    guard let row = sheet.rows.first else { return }
    for column in columns {
      guard let cell = cell(row, column, of: sheet) else { continue }
      source.settings[column.heading.name] = cell
    }
    for extra in sheet.rows.dropFirst() {
      faults.append(
        SourceLocation(sheet: sheet.name, row: extra.line, column: "")
          .fault(.invalidValue, extra.cells.first { !$0.isEmpty } ?? ""))
    }
    source.defaultLanguage = source.settings["default_language"]?.text ?? ""
  }

  private mutating func readChoices(_ sheet: Sheet) {
    let columns = columns(
      of: sheet, aliases: ["caption": "label", "value": "name", "list name": "list_name"]
    ) { heading in
      if ["image", "audio", "video", "big-image", "media"].contains(heading.name) {
        return .unsupported
      }
      if heading.language != nil { return heading.name == "label" ? .known : .unknown }
      return heading.original.contains(" ") && heading.name != "list_name" ? .unknown : .known
    }
    for name in ["list_name", "name"] where !columns.contains(where: { $0.heading.name == name }) {
      faults.append(
        SourceLocation(sheet: sheet.name, row: sheet.headingLine, column: name)
          .fault(.missingColumn, name))
      return
    }
    let free = columns.filter { !["list_name", "name", "label"].contains($0.heading.name) }
    let allowsDuplicates = Self.isYes(source.settings["allow_choice_duplicates"]?.text ?? "no")
    var places: [String: Int] = [:]
    var seen: Set<[String]> = []
    for row in sheet.rows {
      var label: [String: FormSource.Cell] = [:]
      var named: [String: String] = [:]
      for column in columns {
        guard let cell = cell(row, column, of: sheet) else { continue }
        if column.heading.name == "label" {
          label[column.heading.language ?? source.defaultLanguage] = cell
        } else {
          named[column.heading.name] = cell.text
        }
      }
      let location = SourceLocation(sheet: sheet.name, row: row.line, column: "name")
      guard let list = named["list_name"] else { continue }
      guard let name = named["name"] else {
        faults.append(location.fault(.missingName, list))
        continue
      }
      if !seen.insert([list, name]).inserted, !allowsDuplicates {
        faults.append(location.fault(.duplicateChoice, name))
      }
      if places[list] == nil {
        places[list] = source.lists.count
        source.lists.append(
          FormSource.List(name: list, columns: free.map { $0.heading.name }))
      }
      let choice = FormSource.Choice(
        name: name, cells: free.map { named[$0.heading.name] ?? "" }, label: label)
      source.lists[places[list] ?? 0].choices.append(choice)
    }
  }

  private mutating func readEntities(_ sheet: Sheet) {
    let known: Set<String> = ["list_name", "label", "entity_id", "create_if", "update_if"]
    let columns = columns(of: sheet, aliases: ["dataset": "list_name", "list name": "list_name"]) {
      heading in
      if heading.language != nil { return .unknown }
      if heading.name == "repeat" { return .unsupported }
      return known.contains(heading.name) ? .known : .unknown
    }
    for row in sheet.rows {
      var cells: [String: FormSource.Cell] = [:]
      for column in columns {
        cells[column.heading.name] = cell(row, column, of: sheet)
      }
      let location = SourceLocation(sheet: sheet.name, row: row.line, column: "list_name")
      guard let list = cells["list_name"]?.text, XMLName.isValid(list) else {
        faults.append(location.fault(.invalidName, cells["list_name"]?.text ?? ""))
        continue
      }
      source.entities.append(
        FormSource.Entity(
          list: list, location: location, label: cells["label"], entityID: cells["entity_id"],
          createIf: cells["create_if"], updateIf: cells["update_if"]))
    }
  }

  // MARK: Columns and cells

  struct Column {
    let place: Int
    let heading: Heading
  }

  enum Standing {
    case known, unsupported, unknown
  }

  /// The columns that are understood; the others become faults, the unsupported
  /// ones only where a cell is filled in.
  mutating func columns(
    of sheet: Sheet, aliases: [String: String], standing: (Heading) -> Standing
  ) -> [Column] {
    var columns: [Column] = []
    var seen: Set<String> = []
    for (place, original) in sheet.headings.enumerated() {
      let heading = Heading(original, aliases: aliases)
      let location = SourceLocation(sheet: sheet.name, row: sheet.headingLine, column: original)
      if original.isEmpty {
        refuseCells(of: sheet, at: place, column: "", as: .missingHeader)
        continue
      }
      switch standing(heading) {
      case .known:
        if seen.insert(heading.name + "::" + (heading.language ?? "")).inserted {
          columns.append(Column(place: place, heading: heading))
        } else {
          faults.append(location.fault(.duplicateColumn, original))
        }
      case .unsupported: refuseCells(of: sheet, at: place, column: original, as: .unsupportedColumn)
      case .unknown: faults.append(location.fault(.unknownColumn, original))
      }
    }
    let width = sheet.headings.count
    for row in sheet.rows {
      for cell in row.cells.dropFirst(width) where !cell.isEmpty {
        faults.append(
          SourceLocation(sheet: sheet.name, row: row.line, column: "").fault(.missingHeader, cell))
      }
    }
    return columns
  }

  private mutating func refuseCells(
    of sheet: Sheet, at place: Int, column: String, as code: FormFault.Code
  ) {
    for row in sheet.rows where place < row.cells.count && !row.cells[place].isEmpty {
      faults.append(
        SourceLocation(sheet: sheet.name, row: row.line, column: column)
          .fault(code, row.cells[place]))
    }
  }

  func cell(_ row: Sheet.Row, _ column: Column, of sheet: Sheet) -> FormSource.Cell? {
    guard column.place < row.cells.count, !row.cells[column.place].isEmpty else { return nil }
    let text = Text.plainQuotes(row.cells[column.place])
    return FormSource.Cell(
      text: sheet.name == "survey" ? Text.singleSpaces(text) : text,
      location: SourceLocation(
        sheet: sheet.name, row: row.line, column: column.heading.original))
  }

  static func isYes(_ text: String) -> Bool {
    ["yes", "true", "true()"].contains(text.lowercased())
  }

  static func isNo(_ text: String) -> Bool {
    ["no", "false", "false()"].contains(text.lowercased())
  }
}

/// A column's heading: `label::中文 (zh)` is `label` in the language `中文 (zh)`.
struct Heading {
  let original: String
  let name: String
  let language: String?

  init(_ original: String, aliases: [String: String] = [:]) {
    self.original = original
    var name = original[...]
    var language: String?
    if let mark = original.firstRange(of: "::") {
      name = original[..<mark.lowerBound]
      language = Text.trimmed(String(original[mark.upperBound...]))
    }
    let plain = name.split(separator: " ").joined(separator: "_").lowercased()
    self.name = aliases[plain] ?? plain
    self.language = language
  }
}

/// What pyxform does to every cell before it reads it.
enum Text {
  static func trimmed(_ text: String) -> String {
    guard let first = text.unicodeScalars.first, let last = text.unicodeScalars.last,
      isSpace(first) || isSpace(last)
    else { return text }
    let scalars = text.unicodeScalars
    guard let start = scalars.firstIndex(where: { !isSpace($0) }),
      let end = scalars.lastIndex(where: { !isSpace($0) })
    else { return "" }
    return String(scalars[start...end])
  }

  private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value <= 0x20 || scalar.properties.isWhitespace
  }

  /// Runs of spaces become one.
  static func singleSpaces(_ text: String) -> String {
    guard text.utf8.count > 1, text.contains("  ") else { return text }
    var result = String.UnicodeScalarView()
    var previous: Unicode.Scalar = "x"
    for scalar in text.unicodeScalars {
      if scalar != " " || previous != " " { result.append(scalar) }
      previous = scalar
    }
    return String(result)
  }

  /// The curly quotes that spreadsheets put in become straight ones.
  static func plainQuotes(_ text: String) -> String {
    // U+2018, 2019, 201C and 201D all begin with these two bytes in UTF-8.
    guard text.utf8.contains(0xE2) else { return text }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x2018, 0x2019: result.append("'")
      case 0x201C, 0x201D: result.append("\"")
      default: result.append(scalar)
      }
    }
    return String(result)
  }
}
