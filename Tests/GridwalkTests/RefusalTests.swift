import CLI
import Database
import Domain
import FieldCore
import SyncProtocol
import Testing

@testable import gridwalk

@Suite("What is refused, and in which words")
struct RefusalTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let words: [String]
    let code: ExitCode
    let said: [String]
    var testDescription: String { name }
  }

  private static let grid = ["--grid", Handheld.west]
  static let cases: [Case] = [
    Case(
      name: "unknown form", words: ["new", "hosehold", "--set", "a=b"], code: .notFound,
      said: ["no form hosehold", "diary, event, household, person"]),
    Case(
      name: "--set without =", words: ["new", "diary", "--set", "content"], code: .usage,
      said: ["QUESTION=VALUE"]),
    Case(
      name: "unknown question", words: ["new", "diary", "--set", "contnt=x"], code: .invalid,
      said: ["contnt", "content"]),
    Case(
      name: "missing required answer", words: ["report", "06010"] + grid, code: .invalid,
      said: ["--set description=…"]),
    Case(
      name: "nobody to ask", words: ["household"], code: .invalid,
      said: ["--set estate=…", "--set member[1]/name=…"]),
    Case(
      name: "broken constraint",
      words: ["new", "person", "--set", "name=李", "--set", "phone=123"] + grid, code: .invalid,
      said: ["phone (Phone): This is no phone number"]),
    Case(
      name: "unknown choice", words: ["report", "zzz", "--set", "description=x"], code: .invalid,
      said: ["category (Category): There is no such choice", " more"]),
    Case(
      name: "ambiguous choice", words: ["report", "manhole", "--set", "description=x"],
      code: .invalid, said: ["01001 Water supply manhole cover", "Write the code"]),
    Case(
      name: "not relevant", words: ["report", "06010", "--set", "handling=x"], code: .invalid,
      said: ["handling (What was done): With the other answers this is not asked"]),
    Case(
      name: "no number", words: ["report", "06010", "--at", "22.5"], code: .usage,
      said: ["LAT,LON[,ACC]"]),
    Case(
      name: "out of range", words: ["diary", "x", "--at", "122.5,114"], code: .usage,
      said: ["LAT,LON[,ACC]"]),
    Case(
      name: "unknown grid", words: ["diary", "x", "--grid", "440399001001009"], code: .notFound,
      said: ["440399001001009", Handheld.west, Handheld.east]),
    Case(
      name: "undecidable grid", words: ["diary", "x"], code: .usage,
      said: ["--grid", Handheld.west, Handheld.east]),
    Case(
      name: "photo gone",
      words: ["report", "06010", "--set", "description=x", "-p", "/nonexistent/a.jpg"] + grid,
      code: .invalid, said: ["no photo /nonexistent/a.jpg", "nothing was saved"]),
    Case(
      name: "photo no JPEG",
      words: ["report", "06010", "--set", "description=x", "-p", #filePath] + grid,
      code: .invalid, said: ["no JPEG"]),
    Case(
      name: "photo is a folder",
      words: ["report", "06010", "--set", "description=x", "-p", "/tmp"] + grid, code: .invalid,
      said: ["/tmp"]),
    Case(
      name: "unknown id", words: ["show", "ffffff"], code: .notFound, said: ["no record ffffff"]),
    Case(
      name: "too short an id", words: ["show", "f"], code: .notFound, said: ["no record f"]),
    Case(
      name: "unknown kind", words: ["list", "hose"], code: .notFound, said: ["household"]),
    Case(
      name: "unknown draft", words: ["drafts", "resume", "abcdef"], code: .notFound,
      said: ["no draft abcdef"]),
    Case(name: "nothing to undo", words: ["undo"], code: .notFound, said: ["nothing to take back"]),
    Case(
      name: "unknown shell", words: ["completion", "csh"], code: .usage, said: ["bash, zsh, fish"]),
    Case(
      name: "limit no number", words: ["find", "x", "--limit", "many"], code: .usage,
      said: ["--limit"]),
    Case(
      name: "unknown command", words: ["reprot"], code: .usage, said: ["Did you mean report?"]),
    Case(
      name: "form file gone", words: ["forms", "check", "/nonexistent.csv"], code: .notFound,
      said: ["/nonexistent.csv"]),
  ]

  @Test("a refusal names what to do and saves nothing", arguments: cases)
  func refusal(_ expected: Case) throws {
    let handheld = try Handheld()
    for words in [expected.words, expected.words + ["--json"]] {
      let ran = handheld.run(words)
      #expect(ran.code == expected.code, "\(ran.errors)")
      #expect(ran.output.isEmpty)
      for part in expected.said { #expect(ran.errors.contains(part), "\(ran.errors)") }
    }
    let chinese = handheld.run(expected.words, language: .chinese)
    #expect(chinese.code == expected.code)
    #expect(chinese.errors.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) })
    #expect(try handheld.store().queueSummary().isEmpty)
  }

  @Test("an ending that several identifiers share is answered with all of them")
  func ambiguous() throws {
    let handheld = try Handheld()
    let store = try handheld.store()
    let ids = [
      "01a1fdb7-cb9c-7414-b843-211f7fabcdef", "01a1fdb7-cb9c-7414-b843-999f7fabcdef",
    ]
    for text in ids {
      let id = try #require(UniqueID(text))
      try store.commit([
        .create(Record(id: id, element: .diary, kind: "diary", grid: Handheld.west))
      ])
    }
    let ran = handheld.run("show", "abcdef")
    #expect(ran.code == .usage)
    for id in ids { #expect(ran.errors.contains(id)) }
    #expect(handheld.run("show", ids[0]).code == .ok)
  }

  @Test("a device that is not enrolled says how to become one")
  func notEnrolled() throws {
    let handheld = try Handheld(enrolled: false)
    let ran = handheld.run("diary", "x")
    #expect(ran.code == .notPermitted)
    #expect(ran.errors.contains("gridwalk enroll URL CODE"))
    #expect(handheld.run().output.contains("gridwalk enroll URL CODE"))
  }

  @Test("a database of a newer program is left alone")
  func newerDatabase() throws {
    let handheld = try Handheld()
    let connection = try Connection(path: handheld.data + "/gridwalk.db")
    try connection.run("PRAGMA user_version = 99")
    let ran = handheld.run("list", "diary")
    #expect(ran.code == .failure)
    #expect(ran.errors.contains("newer program (schema 99"))
    #expect(ran.errors.contains("upgrade"))
    let doctor = handheld.run("doctor", "--json")
    #expect(doctor.code == .failure)
    #expect(try doctor.json["ok"] == false)
  }

  @Test("a full disk loses nothing and says so", arguments: Language.allCases)
  func storageFull(_ language: Language) {
    let failure = Client.Failure(explaining: FieldError.storageFull)
    #expect(failure.code == .failure)
    let text = failure.sentences.map { $0.text(in: language) }.joined()
    let parts =
      language == .chinese
      ? ["没有保存", "以前的都完好", "腾出空间"]
      : ["not saved", "everything before is intact", "Free some space"]
    for part in parts { #expect(text.contains(part)) }
    // Nothing was kept as a draft here.
    #expect(!text.contains("草稿") && !text.contains("draft"))
  }

  @Test("a form's faults come with sheet, row and column")
  func formFaults() throws {
    let handheld = try Handheld()
    let file = try handheld.file(
      "bad.csv",
      Array(
        """
        survey
        ,type,name,label,relevant
        ,text,a,A,
        ,text,b,B,${c} = 1
        ,txt,d,D,
        settings
        ,form_title,form_id
        ,Bad,bad

        """.utf8))
    let ran = handheld.run("forms", "check", file)
    #expect(ran.code == .invalid)
    #expect(ran.errors.contains("sheet survey, row 5, column \"type\": no such type: txt"))
    let json = try handheld.run("forms", "check", file, "--json").json
    #expect(json["faults"].elements.first?["row"] == 5)
    let sound = handheld.run("forms", "check", Handheld.package + "/Forms/event.csv", "--json")
    #expect(sound.code == .ok)
    #expect(try sound.json["faults"] == .array([]))
  }
}
