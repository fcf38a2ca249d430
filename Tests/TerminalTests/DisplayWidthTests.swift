import Terminal
import Testing

@Suite("Columns of text") struct DisplayWidthTests {
  // Expectations: EastAsianWidth.txt and emoji-data.txt of Unicode 15.0, read by hand.
  @Test(
    "characters take the columns Unicode gives them",
    arguments: [
      ("", 0), ("a", 1), ("~", 1), ("€", 1), ("é", 1), ("ß", 1), ("\u{AD}", 1),
      ("张", 2), ("㐀", 2), ("䶿", 2), ("鿿", 2), ("𠀀", 2), ("𲎯", 2), ("\u{3134F}", 2),
      ("，", 2), ("。", 2), ("Ａ", 2), ("￥", 2), ("ｱ", 1), ("〈", 2), ("\u{3000}", 2), ("々", 2),
      ("한", 2), ("\u{1112}\u{1161}\u{11AB}", 2), ("ア", 2), ("が", 2), ("か\u{3099}", 2),
      ("e\u{301}", 1), ("\u{301}", 0), ("\u{200B}", 0), ("\u{200D}", 0), ("\u{FE0F}", 0),
      ("😀", 2), ("❤", 1), ("❤\u{FE0F}", 2), ("👍🏽", 2), ("🏽", 2), ("1\u{FE0F}\u{20E3}", 2),
      ("👨\u{200D}👩\u{200D}👧", 2), ("🇨🇳", 2), ("⌚", 2), ("☎", 1), ("☎\u{FE0E}", 1),
      ("…", 1), ("“", 1), ("①", 1), ("▓", 1), ("─", 1), ("䷀", 1), ("\u{0915}\u{094D}\u{0937}", 2),
      ("\u{1B}", 0), ("\u{9B}", 0), ("\u{7F}", 0), ("\n", 0),
    ] as [(String, Int)])
  func widths(text: String, columns: Int) {
    #expect(DisplayWidth.width(of: text) == columns)
  }

  @Test("a text takes the sum of its characters")
  func sums() {
    #expect(DisplayWidth.width(of: "江口03网格 ○未巡查") == 4 + 2 + 4 + 1 + 1 + 6)
  }

  @Test(
    "cut text never takes more than it may and shows that it is cut",
    arguments: [
      ("井盖缺失", 8, "井盖缺失"), ("井盖缺失", 7, "井盖缺…"), ("井盖缺失", 6, "井盖…"),
      ("井盖缺失", 2, "…"), ("井盖缺失", 1, "…"), ("井盖缺失", 0, ""), ("abc", 2, "a…"),
      ("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…"), ("", 0, ""),
    ] as [(String, Int, String)])
  func truncation(text: String, columns: Int, expected: String) {
    #expect(DisplayWidth.truncate(text, to: columns) == expected)
  }

  @Test("padding counts columns and not characters")
  func padding() {
    #expect(DisplayWidth.pad("张", to: 4) == "张  ")
    #expect(DisplayWidth.pad("7", to: 3, alignment: .right) == "  7")
    #expect(DisplayWidth.pad("张三", to: 3) == "张三")
  }
}

@Suite("Line breaks") struct WrappingTests {
  @Test(
    "lines break at blanks and between 汉字",
    arguments: [
      ("", 5, [""]),
      ("one two three", 7, ["one two", "three"]),
      ("江口中路十八号", 6, ["江口中", "路十八", "号"]),
      ("井盖A912处置", 6, ["井盖", "A912处", "置"]),
      ("a\n\nb", 5, ["a", "", "b"]),
      ("abcdefgh", 3, ["abc", "def", "gh"]),
      ("ab  cd", 3, ["ab", "cd"]),
      ("  ab cd", 4, ["  ab", "cd"]),
      ("张", 1, ["张"]),
    ] as [(String, Int, [String])])
  func breaks(text: String, columns: Int, expected: [String]) {
    #expect(DisplayWidth.wrap(text, width: columns) == expected)
  }

  @Test(
    "closing marks do not begin a line and opening marks do not end one",
    arguments: [
      ("王阿姨反映，水压低。", 10, ["王阿姨反", "映，水压", "低。"]),
      ("走访（三户）完", 6, ["走访", "（三", "户）完"]),
      ("读《条例》", 4, ["读", "《条", "例》"]),
    ] as [(String, Int, [String])])
  func marks(text: String, columns: Int, expected: [String]) {
    #expect(DisplayWidth.wrap(text, width: columns) == expected)
  }

  @Test(
    "a long notice at 40 columns keeps all its characters and both rules", arguments: [20, 40, 60])
  func notice(columns: Int) {
    let text = """
      请各网格员于11月25日前完成辖区内“三小”场所（小档口、小作坊、小娱乐场所）消防安全排查，\
      重点检查：疏散通道、灭火器、用电线路；发现隐患立即上报 gridwalk report fire-hazard，并附照片。
      """
    let lines = DisplayWidth.wrap(text, width: columns)
    for line in lines {
      #expect(DisplayWidth.width(of: line) <= columns)
      #expect(!"，。、；：？！）》”".contains(line.first ?? " "))
      #expect(!"（《“".contains(line.last ?? " "))
    }
    #expect(lines.joined().filter { $0 != " " } == text.filter { $0 != " " })
  }
}

@Suite("Text from records") struct DisplayTextTests {
  @Test(
    "escape sequences and other controls never reach the terminal",
    arguments: [
      ("\u{1B}[2J张\u{1B}]0;x\u{07}", "\u{FFFD}[2J张\u{FFFD}]0;x\u{FFFD}"),
      ("\u{9B}31m", "\u{FFFD}31m"), ("a\u{08}\u{7F}\u{0}", "a\u{FFFD}\u{FFFD}\u{FFFD}"),
      ("a\tb\nc\r\nd\re\u{2028}f", "a b c d e f"), ("\u{202E}4403\u{202C}\u{200F}", "4403"),
      ("\u{FEFF}李四", "李四"), ("👨\u{200D}👩", "👨\u{200D}👩"), ("plain ~", "plain ~"),
    ])
  func oneLine(text: String, expected: String) {
    #expect(DisplayText.line(text) == expected)
  }

  @Test("several lines keep their ends")
  func lines() {
    #expect(DisplayText.lines("a\r\nb\nc\td\u{1B}") == "a\nb\nc d\u{FFFD}")
  }
}
