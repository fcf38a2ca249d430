// Forms authored as XLSForm in a single CSV file. What comes out is the form that
// pyxform 4.5 would have written as an XForm, with one difference: expressions
// keep the author's `${name}`, so that a mistake in one is found in its cell.

enum XLSForm {
  /// Reads a form; `name` is its id when the settings give none.
  ///
  /// Throws every fault that was found, each with sheet, line and column.
  static func source(
    _ csv: [UInt8], name: String, attachments: FormAttachments
  ) throws(FormFaults) -> FormSource {
    var findings = Findings()
    let workbook = Workbook(try CSVReader.rows(csv), findings: &findings)
    guard let sheet = workbook.sheets["survey"] else {
      findings.fault(
        SourceLocation(sheet: "survey", row: 0, column: ""), .missingSheet, "survey")
      throw FormFaults(findings.faults)
    }
    let settings = workbook.sheets["settings"].map { SettingsSheet($0, findings: &findings) }
    let choices = workbook.sheets["choices"].map {
      ChoiceLists($0, settings: settings ?? SettingsSheet(), findings: &findings)
    }
    let entities =
      workbook.sheets["entities"].map { EntityRow.read($0, findings: &findings) }
    var reader = SurveyReader(
      settings ?? SettingsSheet(), choices ?? ChoiceLists(), findings, at: sheet)
    reader.read(sheet)
    reader.finish(entities ?? [])
    var writer = SourceWriter(reader, name: name, attachments: attachments)
    let source = writer.write()
    guard writer.findings.faults.isEmpty else { throw FormFaults(writer.findings.faults) }
    return source
  }
}
