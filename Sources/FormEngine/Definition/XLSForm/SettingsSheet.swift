// The settings sheet: one row that says what the form as a whole is.

struct SettingsSheet {
  typealias Cell = FormSource.Cell

  /// By their XLSForm names.
  private(set) var cells: [String: Cell] = [:]
  /// `attribute::…`: attributes of the instance's root.
  private(set) var attributes: [(name: String, value: String)] = []

  /// What translations are called that belong to no language.
  static let unnamedLanguage = "default"

  private static let known: Set<String> = [
    "form_title", "form_id", "version", "default_language", "instance_name", "submission_url",
    "public_key", "auto_send", "auto_delete", "allow_choice_duplicates", "client_editable",
    "style", "name", "instance_xmlns", "namespaces", "omit_instanceID", "instance_id",
    "clean_text_values", "prefix", "delimiter", "sms_keyword", "sms_separator", "sms_allow_media",
    "sms_date_format", "sms_datetime_format", "sms_response",
    // Ours; pyxform leaves them alone.
    "element", "lane",
  ]
  private static let vocabulary = Columns.Vocabulary(
    names: known.union(["attribute", "flat", "add_none_option"]),
    aliases: [
      "id_string": ["form_id"], "set_form_id": ["form_id"], "title": ["form_title"],
      "set_form_title": ["form_title"], "omit_instanceid": ["omit_instanceID"],
    ],
    standing: { path in
      if path[0] == "attribute" { return path.count == 2 ? .known : .unknown }
      if path.count > 1 { return .unknown }
      if ["flat", "add_none_option"].contains(path[0]) { return .unsupported }
      return known.contains(path[0]) ? .known : .unknown
    })

  init() {}

  init(_ sheet: Sheet, findings: inout Findings) {
    let columns = Columns(of: sheet, Self.vocabulary, findings: &findings)
    guard let row = sheet.rows.first else { return }
    for column in columns.known {
      guard let cell = columns.cell(row, column) else { continue }
      if column.path.count == 2 {
        attributes.append((column.path[1], cell.text))
      } else {
        cells[column.path[0]] = cell
      }
    }
    for extra in sheet.rows.dropFirst() {
      let text = extra.cells.first { !CellText.trimmed($0).isEmpty } ?? ""
      findings.fault(
        sheet.location(line: extra.line, column: ""), .invalidValue, CellText.trimmed(text))
    }
    check(&findings)
  }

  private func check(_ findings: inout Findings) {
    if let name = cells["name"], !CellText.isTag(name.text) {
      findings.fault(name.location, .invalidName, name.text)
    }
    if isYes("omit_instanceID"), let key = cells["public_key"] {
      findings.fault(key.location, .invalidValue, key.text)
    }
  }

  func isYes(_ name: String) -> Bool {
    cells[name].flatMap { CellText.yesOrNo($0.text) } ?? false
  }

  /// Whether runs of spaces in the survey become one.
  var cleansText: Bool {
    cells["clean_text_values"].flatMap { CellText.yesOrNo($0.text) } ?? true
  }

  var rootName: String { cells["name"]?.text ?? "data" }
  var defaultLanguage: String { cells["default_language"]?.text ?? Self.unnamedLanguage }

  /// A row of the survey may say a setting, too.
  mutating func set(_ name: String, _ cell: Cell) { cells[name] = cell }
}
