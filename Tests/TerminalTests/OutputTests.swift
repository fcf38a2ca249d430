import Terminal
import Testing

@Suite("Tables") struct TableTests {
  private func tasks() -> Table {
    var table = Table([
      .init("编号"), .init("事项", isFlexible: true), .init("时限", alignment: .right),
    ])
    table.append(["E7K2", "井盖缺失，江口中路18号", "38分"])
    table.append(["A9", "abc", "120分"])
    return table
  }

  @Test("columns are aligned by what characters take")
  func aligned() {
    #expect(
      tasks().lines(width: 80) == [
        "编号  事项                     时限",
        "E7K2  井盖缺失，江口中路18号   38分",
        "A9    abc                     120分",
      ])
  }

  @Test("the flexible column is cut to fit")
  func cut() {
    #expect(
      tasks().lines(width: 24) == [
        "编号  事项          时限",
        "E7K2  井盖缺失，…   38分",
        "A9    abc          120分",
      ])
  }

  @Test("no line is wider than the terminal", arguments: 1...50)
  func fits(width: Int) {
    for line in tasks().lines(width: width) {
      #expect(DisplayWidth.width(of: line) <= width)
    }
  }

  @Test("a pipe gets whole values, tab-separated, one row a line")
  func tabSeparated() {
    var table = tasks()
    table.append(["x\ty", "two\nlines"])
    #expect(
      table.tabSeparatedLines() == [
        "E7K2\t井盖缺失，江口中路18号\t38分", "A9\tabc\t120分", "x y\ttwo lines\t",
      ])
  }

  @Test("without titles there is no heading")
  func untitled() {
    var table = Table([.init(""), .init("")])
    #expect(table.isEmpty)
    table.append(["a", "b"])
    #expect(table.lines(width: 10) == ["a  b"])
  }
}

@Suite("Progress") struct ProgressLineTests {
  private static let second: Int64 = 1_000_000_000
  private let labels = ProgressLabels(
    bytes: { "\($0)B" }, rate: { "\($0)B/s" }, timeLeft: { "\($0)s" })

  @Test("the line tells bytes, share, rate and time left, and is rewritten in place")
  func rewriting() {
    var line = ProgressLine("↑", total: 1000, style: .rewriting(width: 60), labels: labels)
    #expect(
      line.advance(to: 0, now: 0) == "\r↑ 0B " + String(repeating: "░", count: 20) + " 0%\u{1B}[K")
    // 780 bytes in 2 s: 390 B/s, 220 bytes left in 0.56 s, rounded up.
    #expect(
      line.advance(to: 780, now: 2 * Self.second)
        == "\r↑ 780B ▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓░░░░░ 78% 390B/s 1s\u{1B}[K")
    #expect(line.advance(to: 790, now: 2 * Self.second + 1) == nil)
    #expect(
      line.finish(at: 1000, now: 2 * Self.second + 2)?.hasSuffix("100% 499B/s\u{1B}[K\n") == true)
  }

  @Test("the line fits its width", arguments: 5...60)
  func fits(width: Int) {
    var line = ProgressLine(
      "↑ 照片 3", total: 900_000, style: .rewriting(width: width), labels: labels)
    _ = line.advance(to: 1, now: 0)
    let text = line.advance(to: 400_000, now: Self.second) ?? ""
    #expect(text.first == "\r" && text.hasSuffix("\u{1B}[K"))
    #expect(DisplayWidth.width(of: String(text.dropFirst().dropLast(3))) <= width - 1)
  }

  @Test("the rate is that of the last seconds")
  func window() {
    var line = ProgressLine("", total: 0, style: .occasional, labels: labels)
    var last: String?
    // 100 s at 10 B/s, then 10 s at 1000 B/s.
    for second in 0...110 {
      let done = second <= 100 ? second * 10 : 1000 + (second - 100) * 1000
      last = line.advance(to: Int64(done), now: Int64(second) * Self.second) ?? last
    }
    #expect(last?.contains("1000B/s") == true)
  }

  @Test("without cursor movement there are whole lines now and then, and a pipe sees nothing")
  func otherStyles() {
    var lines = ProgressLine("up", total: 100, style: .occasional, labels: labels)
    #expect(lines.advance(to: 10, now: 0) == "up 10B 10%\n")
    #expect(lines.advance(to: 20, now: 9 * Self.second) == nil)
    #expect(lines.advance(to: 30, now: 10 * Self.second) == "up 30B 30% 2B/s 35s\n")
    #expect(lines.finish(at: 100, now: 11 * Self.second)?.hasPrefix("up 100B 100%") == true)
    var silent = ProgressLine("up", total: 100, style: .silent, labels: labels)
    #expect(silent.advance(to: 10, now: 0) == nil)
    #expect(silent.finish(at: 100, now: 1) == nil)
  }
}
