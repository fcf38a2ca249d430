// What pyxform does to every cell before it reads it: spreadsheets leave spaces
// at the ends and put typographic quotes where a form needs straight ones.

enum CellText {
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

  static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value < 0x80 {
      return scalar.value == 0x20 || (0x09...0x0D).contains(scalar.value)
        || (0x1C...0x1F).contains(scalar.value)
    }
    return scalar.properties.isWhitespace
  }

  /// Runs of spaces become one.
  static func singleSpaces(_ text: String) -> String {
    var previous: UInt8 = 0
    var hasRun = false
    for byte in text.utf8 {
      if byte == 0x20, previous == 0x20 {
        hasRun = true
        break
      }
      previous = byte
    }
    guard hasRun else { return text }
    var result = String.UnicodeScalarView()
    var last: Unicode.Scalar = "x"
    for scalar in text.unicodeScalars {
      if scalar != " " || last != " " { result.append(scalar) }
      last = scalar
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

  /// Words joined with underscores, in lower case: how headings are compared.
  static func snakeCase(_ text: String) -> String {
    text.unicodeScalars.split(whereSeparator: isSpace).map { String($0) }
      .joined(separator: "_").lowercased()
  }

  /// `yes`, `no` and their spellings; nil for anything else.
  static func yesOrNo(_ text: String) -> Bool? {
    switch text {
    case "yes", "Yes", "YES", "true", "True", "TRUE", "true()": true
    case "no", "No", "NO", "false", "False", "FALSE", "false()": false
    default: nil
    }
  }

  /// In a bind, `yes` and `no` stand for `true()` and `false()`.
  static func condition(_ cell: FormSource.Cell) -> FormSource.Cell {
    guard let value = yesOrNo(cell.text) else { return cell }
    return FormSource.Cell(text: value ? "true()" : "false()", location: cell.location)
  }

  /// An element name, which may have a prefix.
  static func isTag(_ name: String) -> Bool {
    let halves = name.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    return halves.allSatisfy { XMLName.isValid(String($0)) }
  }
}
