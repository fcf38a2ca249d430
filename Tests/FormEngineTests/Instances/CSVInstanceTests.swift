import Testing

@testable import FormEngine

/// Expectations are what JavaRosa 5.1.0 made of the same bytes behind `jr://file-csv/`.
@Suite struct CSVInstanceTests {
  private static let plain = [["name=a", "label=A"], ["name=b", "label=B"]]

  @Test(
    "line ends, byte order mark and empty lines",
    arguments: [
      "name,label\na,A\nb,B\n", "name,label\r\na,A\r\n\r\nb,B\r\n", "name,label\ra,A\rb,B\r",
      "\u{FEFF}name,label\na,A\nb,B", "\n\nname,label\n\na,A\n\nb,B\n\n",
      "\"name\",label\na,A\nb,B",
    ])
  func lineEnds(text: String) throws {
    #expect(try instance(text, "x.csv").items == Self.plain)
  }

  @Test(
    "cells",
    arguments: [
      (
        "n,l\n\"a\",\"A \"\"q\"\" x\"\n\"b\",\"two\nlines\"\n",
        [["a", "A \"q\" x"], ["b", "two\nlines"]]
      ),
      ("n,l\n\"a\" \t,\"A\"\u{0B}\n", [["a", "A"]]), ("n,l\n \"a\",a\"b\n", [[" \"a\"", "a\"b"]]),
      ("n,l\na\n", [["a", ""]]), ("n,l\na,A,extra,\n", [["a", "A"]]),
      ("n,l\n   \n,\n", [["   ", ""], ["", ""]]), ("n,l\n a , A \n", [[" a ", " A "]]),
      ("n,l\n\"a\r\nb\",\"\"\r\n", [["a\r\nb", ""]]),
      ("n,l\na\\,b\n#a,\n", [["a\\", "b"], ["#a", ""]]),
      ("n,l\na\u{0},甲\n", [["a\u{0}", "甲"]]), ("n,l\n\"a\"", [["a", ""]]), ("n,l\n", []),
      ("n;l\na;A,x\nb;\"B;C\"\n", [["a", "A,x"], ["b", "B;C"]]), ("n,l\na,A;B\n", [["a", "A;B"]]),
    ])
  func cells(text: String, rows: [[String]]) throws {
    let items = try instance(text, "x.csv").items
    #expect(items == rows.map { zip(["n", "l"], $0).map { "\($0)=\($1)" } })
  }

  @Test("a semicolon anywhere in the first line is the separator")
  func separator() throws {
    #expect(try instance("n,\"l;m\"\na,A\n", "x.csv").items == [["n,\"l=a,A", "m\"="]])
    #expect(try instance("\nn;l\na;A\n", "x.csv").items == [["n;l=a;A"]])
  }

  @Test("column names stand as they are, one may be empty")
  func names() throws {
    #expect(try instance("Name, na me ,\na,b,c", "x.csv").items == [["Name=a", " na me =b", "=c"]])
  }

  @Test(
    "what is refused, and where",
    arguments: [
      ("name,label\na,\"A\nb,B\n", "x.csv:2 unterminatedQuote"),
      ("name,label\n\na,A\n\"a\"x,A\n", "x.csv:4 textAfterQuote"),
      ("name,label\n\"a\"\u{A0},A\n", "x.csv:2 textAfterQuote"),
      ("name\ra\r\r\"b", "x.csv:4 unterminatedQuote"),
      ("name\r\na\r\n\"b", "x.csv:3 unterminatedQuote"),
      ("\nname,name\na,A\n", "x.csv:2 duplicateColumn"), ("a,,\n", "x.csv:1 duplicateColumn"),
      ("", "x.csv:1 missingHeader"), ("\u{FEFF}\n", "x.csv:1 missingHeader"),
    ])
  func refused(text: String, fault: String) {
    #expect(refusal(Array(text.utf8), "x.csv") == fault)
  }

  @Test("bytes that are no UTF-8 are refused on their line")
  func invalidUTF8() {
    #expect(refusal(Array("n\na\nb".utf8) + [0xFF, 0x0A], "x.csv") == "x.csv:3 invalidUTF8")
  }

  @Test("what is neither CSV nor GeoJSON is read as XML")
  func unknownKind() {
    #expect(refusal([], "x.txt") == "x.txt:1 malformedXML")
  }

  @Test("no bytes crash the reader (seed 20260101)")
  func anyBytes() {
    var generator = SeededGenerator(state: 20_260_101)
    let alphabet = Array("ab,;\"\r\n \t甲".utf8)
    for _ in 0..<3000 {
      let bytes = (0..<Int.random(in: 0..<40, using: &generator)).map { _ in
        alphabet.randomElement(using: &generator) ?? 0
      }
      _ = refusal(bytes, "x.csv")
    }
  }
}
