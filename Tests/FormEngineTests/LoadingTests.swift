// What is wrong with a form is found when it is loaded, and said with its place.

import FormEngine
import Foundation
import Testing

@Suite("loading forms")
struct LoadingTests {
  private static let head = "survey\n,type,name,label,calculation,relevant,save_to,default\n"

  @Test(
    "mistakes in rows are located",
    arguments: [
      (",textt,a,A", "type", FormFault.Code.unknownType, "textt"),
      (",select_one nolist,a,A", "type", .unknownList, "nolist"),
      (",text,,A", "name", .missingName, "text"), (",text,1a,A", "name", .invalidName, "1a"),
      (",begin group,g,G", "type", .unmatchedBegin, "g"),
      (",end group", "type", .unmatchedEnd, "end group"),
      (",calculate,c,,", "calculation", .missingCalculation, "c"),
      (",calculate,c,,nosuch(1)", "calculation", .unknownFunction, "nosuch"),
      (",calculate,c,,pulldata(1)", "calculation", .wrongArgumentCount, "pulldata 1"),
      (
        ",calculate,c,,\"pulldata('x', 'a', 'b', 1)\"", "calculation", .missingFile, "x.csv"
      ),
      (",calculate,c,,instance('x')/root", "calculation", .unknownReference, "instance('x')"),
      (",calculate,c,,int()", "calculation", .wrongArgumentCount, "int 0"),
      (",calculate,c,,1 +", "calculation", .syntax, "…"),
      (",calculate,c,,'open", "calculation", .syntax, "'open"),
      (",calculate,c,,${nobody} + 1", "calculation", .unknownReference, "nobody"),
      (",calculate,c,,/data/nobody", "calculation", .unknownReference, "/data/nobody"),
      (",calculate,c,,//a", "calculation", .unsupportedPath, "//"),
      (",calculate,c,,\"regex('a', '[')\"", "calculation", .invalidPattern, "["),
      (",text,a,A ${nobody}", "label", .unknownReference, "nobody"),
      (",text,a,A,,,full_name", "save_to", .noEntities, "full_name"),
      (",integer,a,A,,,,many", "default", .invalidValue, "many"),
    ])
  func rows(_ row: String, _ column: String, _ code: FormFault.Code, _ detail: String) {
    let found = faults(Self.head + row + "\n")
    #expect(
      found == [FormFault(sheet: "survey", row: 3, column: column, code: code, detail: detail)])
  }

  @Test("every mistake is reported, not only the first")
  func all() {
    let found = faults(Self.head + ",textt,a,A\n,text,b,B,,${x} = 1\n")
    #expect(found.map(\.row) == [3])
    let both = faults(Self.head + ",text,a,A,,${y} = 1\n,text,b,B,,${x} = 1\n")
    #expect(both.map(\.row) == [3, 4])
  }

  @Test("unknown sheets and columns are faults, empty columns of a template are not")
  func columns() {
    #expect(
      faults("survey\n,type,name,label,lable\n,text,a,A,A\n").map(\.code) == [.unknownColumn])
    #expect(faults("survey\n,type,name,label,image,trigger\n,text,a,A,,\n").isEmpty)
    #expect(
      faults("survey\n,type,name,label\n,text,a,A\nnotes\n,x\n").map(\.code) == [.unknownSheet])
    #expect(faults("choices\n,list_name,name\n,a,b\n").map(\.code) == [.missingSheet])
    #expect(
      faults("survey\n,type,name,label,label\n,text,a,A,b\n").map(\.code) == [.duplicateColumn])
    #expect(faults("survey\n,name,label\n,a,b\n").map(\.code) == [.missingColumn])
    #expect(faults("survey\n,type,name,label\n,text,a,A,stray\n").map(\.code) == [.missingHeader])
  }

  @Test("names are unique where they stand, and ambiguous references are refused")
  func names() {
    #expect(faults(Self.head + ",text,a,A\n,text,a,A\n").map(\.code) == [.duplicateName])
    let found = faults(
      Self.head + ",begin group,g,G\n,text,a,A\n,end group\n,text,a,A\n,text,b,B,,${a} = 1\n")
    #expect(found.map(\.code) == [.ambiguousReference])
  }

  @Test("choices need unique names, without spaces where several can be chosen")
  func choices() {
    let survey =
      "survey\n,type,name,label\n,select_multiple l,a,A\nchoices\n,list_name,name,label\n"
    #expect(faults(survey + ",l,x,X\n,l,x,Y\n").map(\.code) == [.duplicateChoice])
    #expect(faults(survey + ",l,x y,X\n").map(\.code) == [.spaceInChoiceName])
  }

  @Test("a cycle is refused with its path")
  func cycle() {
    let found = faults(
      Self.head + ",calculate,a,,${b} + 1\n,calculate,b,,${c} + 1\n,calculate,c,,${a} + 1\n")
    #expect(found.map(\.code) == [.cycle])
    #expect(
      found.first?.detail == "/data/a → /data/b → /data/c → /data/a"
        || found.first?.detail == "/data/a → /data/c → /data/b → /data/a")
  }

  @Test("a group whose relevance depends on what is in it is a cycle")
  func relevanceCycle() {
    let found = faults(Self.head + ",begin group,g,G,,${a} = 1\n,text,a,A\n,end group\n")
    #expect(found.map(\.code) == [.cycle])
    #expect(found.first?.column == "relevant")
  }

  @Test("ten thousand nested parentheses are a fault, not a crash")
  func nesting() {
    let deep = String(repeating: "(", count: 10_000) + "1" + String(repeating: ")", count: 10_000)
    #expect(faults(Self.head + ",calculate,c,,\(deep)\n").map(\.code) == [.nestedTooDeeply])
    let calls =
      String(repeating: "not(", count: 10_000) + "1" + String(repeating: ")", count: 10_000)
    #expect(faults(Self.head + ",calculate,c,,\(calls)\n").map(\.code) == [.nestedTooDeeply])
    let minus = String(repeating: "-", count: 50_000) + "1"
    #expect(faults(Self.head + ",calculate,c,,\(minus)\n").isEmpty)
  }

  @Test("a chain of three thousand calculations loads and computes")
  func longChain() throws {
    var csv = Self.head + ",integer,c0,C\n"
    for number in 1...3000 { csv += ",calculate,c\(number),,${c\(number - 1)} + 1\n" }
    let session = try session(csv)
    try session.set("c0", to: "1")
    #expect(try session.value(of: "c3000") == "3001")
  }
}

@Suite("entities of a form")
struct EntityDeclarationTests {
  private func load(_ survey: String, _ entities: String) -> [FormFault] {
    faults(
      "survey\n,type,name,label,save_to\n\(survey)\nentities\n,list_name,label,entity_id,create_if,update_if\n\(entities)\n"
    )
  }

  @Test("save_to names a property, with several lists the list before it")
  func saveTo() {
    #expect(load(",text,a,A,p1", ",h,${a}").isEmpty)
    #expect(load(",text,a,A,p1", ",h,${a}\n,p,${a}").contains { $0.code == .ambiguousEntity })
    #expect(load(",text,a,A,x#p1", ",h,${a}").map(\.code) == [.unknownEntity])
    #expect(load(",text,a,A,name", ",h,${a}").map(\.code) == [.reservedProperty])
    #expect(load(",text,a,A,p1\n,text,b,B,p1", ",h,${a}").map(\.code) == [.duplicateProperty])
  }

  @Test("the combinations of entity_id, create_if and update_if that pyxform refuses are refused")
  func combinations() {
    #expect(load(",text,a,A,p1", ",h,").map(\.code) == [.missingEntityLabel])
    #expect(load(",text,a,A,p1", ",h,${a},,,true()").map(\.code) == [.missingEntityID])
    #expect(load(",text,a,A,p1", ",h,${a},${a},true(),").map(\.code) == [.missingUpdateCondition])
    #expect(load(",text,a,A,p1", ",h,,${a},,").isEmpty)
  }

  @Test("properties of one record cannot come from two repeats")
  func scopes() {
    let survey = """
      ,begin repeat,r1,R,
      ,text,a,A,p1
      ,end repeat,,,
      ,begin repeat,r2,R,
      ,text,b,B,p2
      ,end repeat,,,
      """
    #expect(load(survey, ",h,${a}").contains { $0.code == .scopeConflict })
  }
}

@Suite("CSV files")
struct CSVTests {
  private let csv = "survey\n,type,name,label\n,text,a,\"A, \"\"b\"\"\nand more\"\n"

  @Test("byte order mark, CRLF, quotes and line breaks in cells are read")
  func dialects() throws {
    let plain = try session(csv)
    #expect(plain.questions.map(\.label) == ["A, \"b\"\nand more"])
    let marked = faults(
      bytes: [0xEF, 0xBB, 0xBF] + Array(csv.replacingOccurrences(of: "\n", with: "\r\n").utf8))
    #expect(marked.isEmpty)
  }

  @Test("a sheet's name may share the row with its headings, and cells are trimmed")
  func headings() throws {
    let session = try session("survey,type,name, label \n, text ,a,  A  b \n")
    #expect(session.questions.map(\.label) == ["A b"])
  }

  @Test("lines are counted as an editor counts them, line breaks in cells included")
  func lines() {
    let found = faults(csv + ",textt,b,B\n")
    #expect(found.map(\.row) == [5])
  }

  @Test("an unfinished quote, bytes that are no UTF-8 and a file too large are refused")
  func refused() {
    #expect(faults("survey\n,type,\"name\n").map(\.code) == [.unterminatedQuote])
    #expect(faults("survey\n,type,\"name\n").map(\.row) == [2])
    let latin = Array("survey\n,type,name,label\n,text,a,".utf8) + [0xE9, 0x0A]
    #expect(faults(bytes: latin).map(\.code) == [.invalidUTF8])
    #expect(faults(bytes: latin).map(\.row) == [3])
    let large = [UInt8](repeating: 0x20, count: 10 * 1024 * 1024 + 1)
    #expect(faults(bytes: large).map(\.code) == [.tooLarge])
  }

  @Test("an empty file has no survey")
  func empty() {
    #expect(faults("").map(\.code) == [.missingSheet])
    #expect(faults("\n\n,,\n").map(\.code) == [.missingSheet])
    #expect(faults("survey\n").map(\.code) == [.missingColumn])
  }
}
