// XLSForm as one CSV file, the first column naming the sheet, as pyxform reads
// it. A row that names a sheet begins it; the next row with content holds its
// headings.

/// A sheet as its headings and rows.
struct Sheet {
  struct Row {
    let line: Int
    /// The first column, which names sheets, is not among them.
    let cells: [String]
  }

  let name: String
  let line: Int
  var headings: [String] = []
  var headingLine = 0
  var rows: [Row] = []

  func location(line: Int, column: String) -> SourceLocation {
    SourceLocation(sheet: name, row: line, column: column)
  }
}

struct Workbook {
  private(set) var sheets: [String: Sheet] = [:]

  private static let known: Set<String> = ["survey", "choices", "settings", "entities"]
  /// `external_choices` needs a database that only Collect has, `osm` an editor for maps.
  private static let unsupported: Set<String> = ["external_choices", "osm"]

  init(_ rows: [CSVRow], findings: inout Findings) {
    var current: Sheet?
    var isIgnored = true
    for row in rows {
      let marker = CellText.trimmed(row.cells[0]).lowercased()
      if !marker.isEmpty {
        close(&current)
        current = begin(marker, line: row.line, findings: &findings)
        isIgnored = current == nil
      }
      guard !isIgnored, row.cells.count > 1 else { continue }
      var cells = row.cells
      cells.removeFirst()
      guard cells.contains(where: { !CellText.trimmed($0).isEmpty }) else { continue }
      if current?.headings.isEmpty ?? true {
        current?.headings = cells.map(CellText.trimmed)
        current?.headingLine = row.line
      } else {
        current?.rows.append(Sheet.Row(line: row.line, cells: cells))
      }
    }
    close(&current)
  }

  private mutating func close(_ sheet: inout Sheet?) {
    guard let ended = sheet else { return }
    sheet = nil
    sheets[ended.name] = ended
  }

  private mutating func begin(_ marker: String, line: Int, findings: inout Findings) -> Sheet? {
    let location = SourceLocation(sheet: marker, row: line, column: "")
    // An underscore marks a sheet that is the author's own business.
    if marker.hasPrefix("_") { return nil }
    if Self.unsupported.contains(marker) {
      findings.fault(location, .unsupportedSheet, marker)
    } else if !Self.known.contains(marker) {
      findings.fault(location, .unknownSheet, marker)
    } else if sheets[marker] != nil {
      findings.fault(location, .repeatedSheet, marker)
    } else {
      return Sheet(name: marker, line: line)
    }
    return nil
  }
}
