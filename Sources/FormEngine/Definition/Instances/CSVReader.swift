// The CSV that spreadsheets write (RFC 4180, LF or CRLF, optional byte order
// mark), read the way pyxform's reader does: a quote is special only at the
// start of a cell, and a quoted cell may hold line breaks.

/// One record of a CSV file.
struct CSVRow: Sendable, Equatable {
  /// The line the record begins on, from 1.
  let line: Int
  let cells: [String]
}

enum CSVReader {
  /// The largest file that is read, in bytes.
  static let byteLimit = 10 * 1024 * 1024

  static func rows(_ bytes: [UInt8]) throws(FormFaults) -> [CSVRow] {
    guard bytes.count <= byteLimit else {
      throw FormFaults([fault(.tooLarge, line: 0, "\(bytes.count) > \(byteLimit)")])
    }
    var scanner = Scanner(bytes: bytes)
    do {
      return try scanner.rows()
    } catch {
      throw FormFaults([error])
    }
  }

  private static func fault(_ code: FormFault.Code, line: Int, _ detail: String) -> FormFault {
    FormFault(sheet: "", row: line, column: "", code: code, detail: detail)
  }

  private struct Scanner {
    let bytes: [UInt8]
    var index = 0
    var line = 1

    mutating func rows() throws(FormFault) -> [CSVRow] {
      if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
      var rows: [CSVRow] = []
      while index < bytes.count {
        let start = line
        let cells = try record()
        if cells.count > 1 || cells[0] != "" {
          rows.append(CSVRow(line: start, cells: cells))
        }
      }
      return rows
    }

    private mutating func record() throws(FormFault) -> [String] {
      var cells: [String] = []
      while true {
        cells.append(
          try index < bytes.count && bytes[index] == UInt8(ascii: "\"")
            ? quotedCell() : plainCell())
        guard index < bytes.count else { return cells }
        let byte = bytes[index]
        index += 1
        if byte == UInt8(ascii: ",") {
          continue
        }
        if byte == 0x0D, index < bytes.count, bytes[index] == 0x0A { index += 1 }
        line += 1
        return cells
      }
    }

    private mutating func plainCell() throws(FormFault) -> String {
      let start = index
      while index < bytes.count, !isSeparator(bytes[index]) { index += 1 }
      return try text(bytes[start..<index], line: line)
    }

    private mutating func quotedCell() throws(FormFault) -> String {
      let opening = line
      var content: [UInt8] = []
      index += 1
      while true {
        guard index < bytes.count else {
          throw CSVReader.fault(.unterminatedQuote, line: opening, "\"")
        }
        let byte = bytes[index]
        index += 1
        if byte != UInt8(ascii: "\"") {
          if byte == 0x0A { line += 1 }
          content.append(byte)
        } else if index < bytes.count, bytes[index] == UInt8(ascii: "\"") {
          content.append(byte)
          index += 1
        } else {
          break
        }
      }
      // What follows a closing quote belongs to the cell as it stands.
      while index < bytes.count, !isSeparator(bytes[index]) {
        content.append(bytes[index])
        index += 1
      }
      return try text(content[...], line: opening)
    }

    private func isSeparator(_ byte: UInt8) -> Bool {
      byte == UInt8(ascii: ",") || byte == 0x0A || byte == 0x0D
    }

    private func text(_ slice: ArraySlice<UInt8>, line: Int) throws(FormFault) -> String {
      guard let text = String(validating: slice, as: UTF8.self) else {
        throw CSVReader.fault(.invalidUTF8, line: line, String(decoding: slice, as: UTF8.self))
      }
      return text
    }
  }
}
