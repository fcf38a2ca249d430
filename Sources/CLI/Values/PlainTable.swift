/// Columns for people, as wide as their widest cell; for programs that have no
/// terminal module.
public enum PlainTable {
  /// The rows as lines, columns two blanks apart, none at the end of a line.
  public static func lines(_ rows: [[String]]) -> [String] {
    var widths: [Int] = []
    for row in rows {
      for (index, cell) in row.enumerated() {
        if index == widths.count { widths.append(0) }
        widths[index] = max(widths[index], Columns.width(of: cell))
      }
    }
    return rows.map { row in
      var line = ""
      for (index, cell) in row.enumerated() {
        line += cell
        guard index < row.count - 1 else { break }
        line += String(repeating: " ", count: widths[index] - Columns.width(of: cell) + 2)
      }
      while line.last == " " { line.removeLast() }
      return line
    }
  }
}
