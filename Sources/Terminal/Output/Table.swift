// Rows in columns. On a terminal they are aligned by the columns characters
// take and cut to its width; in a pipe each row is a line of tab-separated
// values, uncut, so that `cut -f` and spreadsheets can read it.

/// A table of text.
public struct Table: Sendable {
  /// A column of a table.
  public struct Column: Sendable {
    /// The heading; may be empty.
    public let title: String
    /// The side of the cell its values stand on.
    public let alignment: DisplayWidth.Alignment
    /// Whether it may be cut to make the table fit.
    public let isFlexible: Bool
    /// A flexible column is not cut below this, in columns of the terminal.
    public let leastWidth: Int

    /// Describes a column.
    public init(
      _ title: String, alignment: DisplayWidth.Alignment = .left, isFlexible: Bool = false,
      leastWidth: Int = 4
    ) {
      self.title = title
      self.alignment = alignment
      self.isFlexible = isFlexible
      self.leastWidth = max(1, leastWidth)
    }
  }

  /// Blanks between two columns.
  public static let gap = 2

  /// The columns.
  public let columns: [Column]
  private var rows: [[String]] = []

  /// An empty table.
  public init(_ columns: [Column]) {
    self.columns = columns
  }

  /// Adds a row.
  ///
  /// Control characters are made harmless; missing cells are empty, surplus ones go.
  public mutating func append(_ cells: [String]) {
    rows.append(
      columns.indices.map { $0 < cells.count ? DisplayText.line(cells[$0]) : "" })
  }

  /// Whether there are no rows.
  public var isEmpty: Bool { rows.isEmpty }

  /// The lines for a terminal of a width: headings, unless all are empty, then the rows.
  ///
  /// The widest flexible column is cut first. If all of them are at their least
  /// and the table is still too wide, whole lines are cut.
  public func lines(width: Int) -> [String] {
    let titles = columns.map { DisplayText.line($0.title) }
    let hasTitles = titles.contains { !$0.isEmpty }
    let shown = (hasTitles ? [titles] : []) + rows
    let widths = fitted(natural(shown), to: width)
    return shown.map { line($0, widths, width) }
  }

  /// The rows as tab-separated values, without headings.
  public func tabSeparatedLines() -> [String] {
    rows.map { $0.joined(separator: "\t") }
  }

  private func natural(_ shown: [[String]]) -> [Int] {
    columns.indices.map { column in
      shown.reduce(0) { max($0, DisplayWidth.width(of: $1[column])) }
    }
  }

  private func fitted(_ natural: [Int], to width: Int) -> [Int] {
    var widths = natural
    var surplus = widths.reduce(0, +) + Self.gap * max(0, columns.count - 1) - width
    while surplus > 0 {
      let shrinkable = columns.indices.filter {
        columns[$0].isFlexible && widths[$0] > columns[$0].leastWidth
      }
      guard let widest = shrinkable.max(by: { widths[$0] < widths[$1] }) else { break }
      widths[widest] -= 1
      surplus -= 1
    }
    return widths
  }

  private func line(_ cells: [String], _ widths: [Int], _ width: Int) -> String {
    let padded = columns.indices.map { column in
      DisplayWidth.pad(
        DisplayWidth.truncate(cells[column], to: widths[column]), to: widths[column],
        alignment: columns[column].alignment)
    }
    var text = padded.joined(separator: String(repeating: " ", count: Self.gap))
    while text.last == " " { text.removeLast() }
    return DisplayWidth.truncate(text, to: width)
  }
}
