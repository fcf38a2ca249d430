import Database
import Domain
import Glibc
import SyncProtocol
import Testing

@testable import FieldCore

@Suite struct StoreTests {
  @Test("the folder and its files are the owner's alone")
  func modes() throws {
    let field = try Field()
    let directory = field.store.directory
    for (path, mode) in [
      (directory.path, mode_t(0o700)), (directory.photos, 0o700), (directory.database, 0o600),
      (directory.database + "-wal", 0o600),
    ] {
      var status = stat()
      #expect(stat(path, &status) == 0, "\(path)")
      #expect(status.st_mode & 0o777 == mode, "\(path)")
    }
  }

  @Test("a folder of somebody else's things keeps its mode; an empty one becomes the owner's")
  func foreignFolder() throws {
    let field = try Field()
    for (name, isEmpty, mode) in [("full", false, mode_t(0o755)), ("empty", true, 0o700)] {
      let path = field.path + "/" + name
      mkdir(path, 0o755)
      chmod(path, 0o755)
      if !isEmpty { try Field.write([1], to: path + "/letter.txt") }
      _ = try FieldStore(directory: DataDirectory(path: path))
      var status = stat()
      #expect(stat(path, &status) == 0)
      #expect(status.st_mode & 0o777 == mode, "\(name)")
      for file in ["/gridwalk.db", "/photos"] {
        #expect(stat(path + file, &status) == 0)
        #expect(status.st_mode & 0o077 == 0, "\(file)")
      }
    }
  }

  @Test("a database that a newer program made is refused and left alone")
  func newerDatabase() throws {
    let field = try Field()
    try field.store.connection.script("PRAGMA user_version = 99")
    #expect(throws: FieldError.newerDatabase(found: 99, known: 3)) { try field.reopen() }
    #expect(try field.store.count("PRAGMA user_version") == 99)
  }

  @Test("another program's database is refused")
  func foreignDatabase() throws {
    let field = try Field()
    let path = field.path + "/foreign"
    mkdir(path, 0o700)
    try Connection(path: path + "/gridwalk.db").script("PRAGMA application_id = 7")
    #expect(throws: FieldError.foreignDatabase) {
      try FieldStore(directory: DataDirectory(path: path))
    }
  }

  @Test("the incarnation is made once")
  func incarnation() throws {
    let field = try Field()
    let first = try field.store.device().incarnation
    try field.reopen()
    #expect(try field.store.device().incarnation == first)
  }

  @Test("a search finds names, addresses and the last four digits, and takes % and _ literally")
  func find() throws {
    let field = try Field()
    var zhang = field.resident("张伟")
    zhang.fields["phone"] = "13800138000"
    zhang.fields["address"] = "A_1栋"
    var li = field.resident("李100%")
    li.fields["phone"] = "13900139001"
    let gone = field.resident("张三")
    try field.store.commit([.create(zhang), .create(li), .create(gone)])
    try field.store.commit([.delete(gone.id)])
    func found(_ text: String) throws -> [String] { try field.store.find(text).map(\.title) }
    #expect(try found("张") == ["张伟"])
    #expect(try found("8000") == ["张伟"])
    #expect(try found("0138") == [])
    #expect(try found("a_1") == ["张伟"])
    #expect(try found("A_") == ["张伟"])
    #expect(try found("0%") == ["李100%"])
    #expect(try found("_") == ["张伟"])
    #expect(try found("") == [])
    #expect(try field.store.find("张", kind: "report") == [])
  }

  @Test("a record answers to its whole identifier or its ending; several are named")
  func resolve() throws {
    let field = try Field()
    func record(_ id: String) throws -> Record {
      Record(id: try #require(UniqueID(id)), element: .place, kind: "site", grid: "G1")
    }
    let one = try record("01a0c450-6c00-7c69-ad53-36963eefba1f")
    let two = try record("01a0c450-6c00-7c69-ad53-36963eeaba1f")
    try field.store.commit([.create(one), .create(two)])
    #expect(try field.store.resolve(one.id.text) == one.id)
    #expect(try field.store.resolve("EFBA1F") == one.id)
    #expect(try field.store.resolve("eaba1f") == two.id)
    #expect(throws: FieldError.ambiguous([two.id, one.id])) { try field.store.resolve("ba1f") }
    #expect(throws: FieldError.notFound("a1f")) { try field.store.resolve("a1f") }
    #expect(throws: FieldError.notFound("zzzz")) { try field.store.resolve("zzzz") }
  }

  @Test("a draft comes back as it was saved")
  func drafts() throws {
    let field = try Field()
    var draft = Draft(
      id: field.store.newID(), form: "household", formVersion: "7", answers: #"{"a":1}"#)
    try field.store.saveDraft(draft)
    draft.answers = #"{"a":2}"#
    draft.current = "/household/name"
    field.machine.now += 5
    try field.store.saveDraft(draft)
    try field.reopen()
    draft.updatedAt = field.machine.now
    #expect(try field.store.drafts() == [draft])
    try field.store.deleteDraft(draft.id)
    #expect(try field.store.draft(draft.id) == nil)
  }

  @Test("a form's version is kept as long as a draft was begun under it")
  func formerForms() throws {
    let field = try Field()
    func form(_ version: String) -> FormSource {
      FormSource(id: "household", version: version, source: "survey \(version)")
    }
    func kept(_ version: String) throws -> String? {
      try field.store.formerForm("household", version: version)?.source
    }
    try field.store.saveForm(form("1"))
    try field.store.saveForm(form("2"))
    #expect(try kept("1") == nil)
    let draft = Draft(
      id: field.store.newID(), form: "household", formVersion: "2", answers: "{}")
    try field.store.saveDraft(draft)
    try field.store.saveForm(form("2"))
    try field.store.saveForm(form("3"))
    try field.store.saveForm(form("4"))
    #expect(try kept("2") == "survey 2")
    #expect(try kept("3") == nil)
    try field.store.deleteDraft(draft.id)
    #expect(try kept("2") == nil)
  }

  @Test("the choices taken last of a list are remembered, so many and no more")
  func chosen() throws {
    let field = try Field()
    func take(_ names: String...) throws {
      try field.store.noteChosen(
        names.map { ChosenChoice(list: "sex", name: $0) }, in: "person")
    }
    func order() throws -> [String] {
      try field.store.chosen(form: "person", list: "sex").sorted { $0.value > $1.value }
        .map(\.key)
    }
    try take("1", "2")
    #expect(try order() == ["2", "1"])
    // Also while the clock stands, or goes back.
    field.machine.now -= 1000
    try take("1")
    #expect(try order() == ["1", "2"])
    #expect(try field.store.chosen(form: "household", list: "sex").isEmpty)
    #expect(try field.store.chosen(form: "person", list: "yes_no").isEmpty)
    for number in 0..<FieldStore.rememberedChoices { try take("c\(number)") }
    #expect(try order().count == FieldStore.rememberedChoices)
    #expect(try !order().contains("2"))
    let draft = Draft(id: field.store.newID(), form: "person", formVersion: "", answers: "{}")
    try field.store.saveDraft(draft, chosen: [ChosenChoice(list: "sex", name: "2")])
    try field.reopen()
    #expect(try order().first == "2")
  }

  @Test("a database of the first schema gains the tables of the second and keeps its drafts")
  func secondSchema() throws {
    let field = try Field()
    let draft = Draft(id: field.store.newID(), form: "person", formVersion: "1", answers: "{}")
    try field.store.saveDraft(draft)
    try field.store.connection.script(
      """
      DROP TABLE chosen; DROP TABLE former_form; ALTER TABLE form DROP COLUMN attachments;
      ALTER TABLE photo DROP COLUMN thumbnail;
      PRAGMA user_version = 1
      """)
    try field.reopen()
    #expect(try field.store.count("PRAGMA user_version") == 3)
    #expect(try field.store.drafts().map(\.id) == [draft.id])
    #expect(try field.store.chosen(form: "person", list: "sex").isEmpty)
  }
}
