// Headings. `label::中文 (zh)` is a path of two names; an alias such as `relevant`
// stands for another path (`bind`, `relevant`), so that `bind::relevant` is the
// same column.

/// Which headings a sheet understands.
struct Columns {
  struct Column {
    /// Its place in a row.
    let place: Int
    let path: [String]
    let heading: String
  }

  /// What becomes of a column.
  enum Standing {
    case known
    /// A fault in every cell that is filled in.
    case unsupported
    /// A fault in the heading.
    case unknown
    /// Left out with a word to the author.
    case tolerated
  }

  /// What a sheet's headings mean.
  struct Vocabulary: Sendable {
    /// Names that stand for themselves, in snake case.
    let names: Set<String>
    let aliases: [String: [String]]
    let standing: @Sendable ([String]) -> Standing
  }

  let sheet: Sheet
  private(set) var known: [Column] = []

  init(of sheet: Sheet, _ vocabulary: Vocabulary, findings: inout Findings) {
    self.sheet = sheet
    let usesDoubleColons = sheet.headings.contains { $0.contains("::") }
    var seen: Set<[String]> = []
    for (place, heading) in sheet.headings.enumerated() {
      if heading.hasPrefix("_") { continue }
      guard !heading.isEmpty else {
        refuse(place, "", .missingHeader, &findings)
        continue
      }
      let path = Self.path(heading, usesDoubleColons, vocabulary)
      let location = sheet.location(line: sheet.headingLine, column: heading)
      switch vocabulary.standing(path) {
      case .known:
        if seen.insert(path).inserted {
          known.append(Column(place: place, path: path, heading: heading))
        } else {
          findings.fault(location, .duplicateColumn, heading)
        }
      case .unsupported: refuse(place, heading, .unsupportedColumn, &findings)
      case .unknown: findings.fault(location, .unknownColumn, heading)
      case .tolerated: findings.warning(location, .unknownColumn, heading)
      }
    }
    refuseCellsWithoutHeading(&findings)
  }

  func contains(_ path: [String]) -> Bool { known.contains { $0.path == path } }

  private static func path(
    _ heading: String, _ usesDoubleColons: Bool, _ vocabulary: Vocabulary
  ) -> [String] {
    let snake = CellText.snakeCase(heading)
    for name in [heading, snake]
    where vocabulary.names.contains(name) && vocabulary.aliases[name] == nil {
      return [name]
    }
    let pieces =
      usesDoubleColons ? split(heading, at: "::") : withoutLoosePrefix(split(heading, at: ":"))
    let first = CellText.snakeCase(pieces[0])
    if let alias = vocabulary.aliases[first] { return alias + pieces.dropFirst() }
    return vocabulary.names.contains(first) ? [first] + pieces.dropFirst() : pieces
  }

  private static func split(_ heading: String, at mark: String) -> [String] {
    var pieces: [String] = []
    var rest = heading[...]
    while let found = rest.firstRange(of: mark) {
      pieces.append(CellText.trimmed(String(rest[..<found.lowerBound])))
      rest = rest[found.upperBound...]
    }
    return pieces + [CellText.trimmed(String(rest))]
  }

  /// Where single colons divide, `jr:count` must still stay together.
  private static func withoutLoosePrefix(_ pieces: [String]) -> [String] {
    guard let prefix = pieces.firstIndex(of: "jr"), prefix + 1 < pieces.count else {
      return pieces
    }
    return Array(pieces[..<prefix]) + ["jr:" + pieces[prefix + 1]]
      + Array(pieces[(prefix + 2)...])
  }

  private func refuse(
    _ place: Int, _ heading: String, _ code: FormFault.Code, _ findings: inout Findings
  ) {
    for row in sheet.rows where place < row.cells.count {
      let text = CellText.trimmed(row.cells[place])
      if !text.isEmpty {
        findings.fault(sheet.location(line: row.line, column: heading), code, text)
      }
    }
  }

  private func refuseCellsWithoutHeading(_ findings: inout Findings) {
    let width = sheet.headings.count
    for row in sheet.rows where row.cells.count > width {
      for cell in row.cells.dropFirst(width) {
        let text = CellText.trimmed(cell)
        if !text.isEmpty {
          findings.fault(sheet.location(line: row.line, column: ""), .missingHeader, text)
        }
      }
    }
  }

  /// A cell without the spaces at its ends; nil when nothing is left.
  func cell(_ row: Sheet.Row, _ column: Column) -> FormSource.Cell? {
    guard column.place < row.cells.count else { return nil }
    let text = CellText.plainQuotes(CellText.trimmed(row.cells[column.place]))
    guard !text.isEmpty else { return nil }
    return FormSource.Cell(
      text: text, location: sheet.location(line: row.line, column: column.heading))
  }
}
