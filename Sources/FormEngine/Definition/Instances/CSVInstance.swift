// CSV as JavaRosa reads it for an instance, which is not how pyxform reads a form:
// a semicolon in the first line makes the semicolon the separator, empty lines
// are no items, short rows are filled with empty values and long ones cut, and
// behind a closing quote only blanks may stand. Each row becomes
// `root/item/column`. The text of a cell goes from the file into the tree byte by
// byte; no String is made for it.

enum CSVInstance {
  static func tree(of file: InstanceFile) throws(FormFault) -> InstanceTree {
    var scanner = Scanner(file: file, index: try file.textStart())
    scanner.separator = scanner.separatorOfFirstLine()
    var builder = InstanceTree.Builder()
    builder.begin(builder.name("root"))
    let item = builder.name("item")
    let columns = try header(&scanner, &builder)
    let rows = file.bytes.count { $0 == 0x0A }
    builder.reserve(
      elements: min(InstanceTree.elementLimit, (rows + 1) * (columns.count + 1)),
      bytes: file.bytes.count)
    while scanner.skipToRecord() {
      builder.begin(item)
      let count = try scanner.record { (place, cell) in
        if place < columns.count { builder.leaf(columns[place], cell) }
      }
      for column in columns.dropFirst(count) { builder.leaf(column, []) }
      builder.end()
      guard builder.count <= InstanceTree.elementLimit else {
        throw file.fault(.tooLarge, at: scanner.index)
      }
    }
    builder.end()
    return builder.tree
  }

  /// The names of the columns. One may be without a name; none may come twice.
  private static func header(_ scanner: inout Scanner, _ builder: inout InstanceTree.Builder)
    throws(FormFault) -> [Int32]
  {
    guard scanner.skipToRecord() else {
      throw scanner.file.fault(.missingHeader, at: 0, scanner.file.name)
    }
    let start = scanner.index
    var names: [String] = []
    _ = try scanner.record { (_, cell) in names.append(String(decoding: cell, as: UTF8.self)) }
    for (place, name) in names.enumerated() where names[..<place].contains(name) {
      throw scanner.file.fault(.duplicateColumn, at: start, name)
    }
    return names.map { builder.name($0) }
  }

  /// Walks over the records of a file.
  private struct Scanner {
    let file: InstanceFile
    var index: Int
    var separator = UInt8(ascii: ",")
    /// A quoted cell without its quotes.
    private var content: [UInt8] = []

    init(file: InstanceFile, index: Int) {
      self.file = file
      self.index = index
    }

    func separatorOfFirstLine() -> UInt8 {
      let line = file.bytes[index...].prefix { $0 != 0x0A && $0 != 0x0D }
      return line.contains(UInt8(ascii: ";")) ? UInt8(ascii: ";") : UInt8(ascii: ",")
    }

    /// Passes over empty lines; false at the end of the file.
    mutating func skipToRecord() -> Bool {
      while index < file.bytes.count, isLineEnd(file.bytes[index]) { index += 1 }
      return index < file.bytes.count
    }

    /// Gives the cells of one record with their places; says how many there are.
    mutating func record(_ body: (Int, ArraySlice<UInt8>) -> Void) throws(FormFault) -> Int {
      var place = 0
      while true {
        if index < file.bytes.count, file.bytes[index] == UInt8(ascii: "\"") {
          try quotedCell()
          body(place, content[...])
        } else {
          body(place, plainCell())
        }
        place += 1
        guard index < file.bytes.count, file.bytes[index] == separator else { break }
        index += 1
      }
      if index < file.bytes.count { endLine() }
      return place
    }

    private mutating func plainCell() -> ArraySlice<UInt8> {
      let start = index
      while index < file.bytes.count, file.bytes[index] != separator,
        !isLineEnd(file.bytes[index])
      {
        index += 1
      }
      return file.bytes[start..<index]
    }

    /// Reads a quoted cell into `content`, and the blanks behind it.
    private mutating func quotedCell() throws(FormFault) {
      let opening = index
      let quote = UInt8(ascii: "\"")
      content.removeAll(keepingCapacity: true)
      index += 1
      while true {
        let start = index
        while index < file.bytes.count, file.bytes[index] != quote { index += 1 }
        guard index < file.bytes.count else { throw file.fault(.unterminatedQuote, at: opening) }
        content.append(contentsOf: file.bytes[start..<index])
        index += 1
        guard index < file.bytes.count, file.bytes[index] == quote else { break }
        content.append(quote)
        index += 1
      }
      while index < file.bytes.count, file.bytes[index] != separator,
        !isLineEnd(file.bytes[index])
      {
        guard isBlank(file.bytes[index]) else { throw file.fault(.textAfterQuote, at: index) }
        index += 1
      }
    }

    private mutating func endLine() {
      if file.bytes[index] == 0x0D, index + 1 < file.bytes.count, file.bytes[index + 1] == 0x0A {
        index += 1
      }
      index += 1
    }

    private func isLineEnd(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }

    private func isBlank(_ byte: UInt8) -> Bool {
      byte == 0x20 || (0x09...0x0D).contains(byte) || (0x1C...0x1F).contains(byte)
    }
  }
}
