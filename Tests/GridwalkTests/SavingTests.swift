import CLI
import Domain
import FieldCore
import Terminal
import Testing

@testable import gridwalk

@Suite("Saving from the command line")
struct SavingTests {
  private static let family = [
    "household", "--set", "estate=江口花园", "--set", "building=3", "--set", "unit=2",
    "--set", "room=201", "--set", "member[1]/name=梁鑫", "--set", "member[1]/relationship=本人或户主",
    "--set", "member[1]/id_number=11010519491231002X", "--set", "member[2]/name=王芳",
    "--set", "member[2]/relationship=1", "--grid", Handheld.west,
  ]

  @Test("a household and its members become one action with a parent")
  func household() throws {
    let handheld = try Handheld()
    let ran = handheld.run(Self.family + ["--json"])
    #expect(ran.code == .ok)
    #expect(ran.errors.isEmpty)
    let json = try ran.json
    #expect(json["kind"] == "household")
    #expect(json["title"] == "江口花园3栋2单元201室")
    #expect(json["state"] == "saved")
    #expect(json["waiting"] == 3)
    #expect(json["records"].elements.count == 3)
    #expect(json["records"].elements.first == json["id"])

    let shown = try handheld.run("show", json["id"].plain, "--json").json
    #expect(shown["members"].elements.map { $0["title"].plain } == ["梁鑫", "王芳"])
    let head = try handheld.run("show", json["records"].at(1).plain, "--json").json
    #expect(head["parent"] == json["id"])
    #expect(head["element"] == "person")
    #expect(head["fields"]["relationship"] == "0")
    // GB 11643: the 17th digit is even for women.
    #expect(head["fields"]["sex"] == "2")
    #expect(head["fields"]["birth_date"] == "1949-12-31")
    #expect(head["fields"]["id_number"] == "110105********002X")
  }

  @Test("people read what was saved, where, and how much waits")
  func words() throws {
    let handheld = try Handheld(seed: 11)
    let ran = handheld.run("diary", "巡查一圈，无异常", "--grid", Handheld.west, language: .chinese)
    let id = ran.output.split(separator: "\n").first.map(String.init) ?? ""
    #expect(UniqueID(id) != nil)
    #expect(ran.output == id + "\n")
    #expect(ran.errors == "✓ 已存本机：巡查一圈，无异常（\(id.suffix(6))，网格 440399001001001）；待传 1 条\n")
    let english = handheld.run("diary", "All quiet", "--lang", "en")
    let other = String(english.output.dropLast())
    #expect(
      english.errors
        == "✓ saved on this device: All quiet (\(other.suffix(6)), grid 440399001001001); 2 waiting\n"
    )
  }

  @Test(
    "a category is meant by its code, its label in either language, or its initials",
    arguments: ["06010", "暴露垃圾", "bllj", "Exposed rubbish", "exposed"])
  func category(_ typed: String) throws {
    let handheld = try Handheld()
    let ran = handheld.run(
      "report", typed, "--set", "description=楼下", "--grid", Handheld.east, "--json")
    #expect(ran.code == .ok, "\(ran.errors)")
    let shown = try handheld.run("show", try ran.json["id"].plain, "--json").json
    #expect(shown["fields"]["category"] == "06010")
    // The register speaks the form's language, whatever the worker reads.
    #expect(shown["title"] == "暴露垃圾")
    #expect(shown["fields"]["urgency"] == "normal")
  }

  @Test("answers are taken in an order that makes each of them relevant")
  func order() throws {
    let handheld = try Handheld()
    let ran = handheld.run(
      "report", "06010", "--set", "handling=已清理", "--set", "self_handled=yes", "--set",
      "description=楼下", "--grid", Handheld.west, "--json")
    #expect(ran.code == .ok, "\(ran.errors)")
    let shown = try handheld.run("show", try ran.json["id"].plain, "--json").json
    #expect(shown["fields"]["handling"] == "已清理")
  }

  @Test("the grid is the one around the position, then the one used last")
  func grid() throws {
    let handheld = try Handheld()
    let at = ["--at", "22.5411,114.0545,8"]
    let first = try handheld.run(["diary", "东边"] + at + ["--json"]).json
    #expect(first["grid"] == .text(Handheld.east))
    #expect(first["flags"] == .array([]))
    let shown = try handheld.run("show", first["id"].plain, "--json").json
    #expect(shown["position"]["latitude"] == .decimal(22.5411))
    #expect(shown["position"]["accuracy"] == 8)
    let second = try handheld.run("diary", "没有位置", "--json").json
    #expect(second["grid"] == .text(Handheld.east))
  }

  @Test("a position outside the grid is kept and flagged")
  func outside() throws {
    let handheld = try Handheld()
    let ran = handheld.run(
      "diary", "街对面", "--at", "22.5411,114.0545", "--grid", Handheld.west, "--json")
    #expect(try ran.json["flags"] == .array(["position-outside-grid"]))
    let shown = try handheld.run("show", try ran.json["id"].plain, "--json").json
    #expect(shown["position"]["outside"] == true)
    #expect(shown["position"]["longitude"] == .decimal(114.0545))
  }

  @Test("photos are kept by their digest; the first answers the form's question")
  func photos() throws {
    let handheld = try Handheld()
    let (one, two) = (
      try handheld.photo("a.jpg", comment: 1), try handheld.photo("b.jpg", comment: 2)
    )
    let ran = handheld.run(
      "report", "06010", "--set", "description=x", "--photo", one, "-p", two, "--grid",
      Handheld.west, "--json")
    #expect(ran.code == .ok, "\(ran.errors)")
    #expect(try ran.json["waiting"] == 3)
    let shown = try handheld.run("show", try ran.json["id"].plain, "--json").json
    #expect(shown["photos"].elements.count == 2)
    #expect(shown["fields"]["photo"] == shown["photos"].at(0))
    let queue = try handheld.run("queue", "--json").json
    #expect(
      queue["items"].elements.filter { $0["what"] == "photo" }.map { $0["bytes"] } == [34, 34])
  }

  @Test("a photo's own position is the record's where none is given")
  func exif() throws {
    let photo = Handheld.package + "/../shared/data/photos/DSCN0010.jpg"
    guard (try? PhotoFile.inspect(path: photo)) != nil else {
      return print("left out: ../shared/data is not there")
    }
    let handheld = try Handheld()
    let ran = handheld.run(
      "report", "06010", "--set", "description=x", "--photo", photo, "--grid", Handheld.west,
      "--json")
    #expect(try ran.json["flags"] == .array(["position-outside-grid"]))
    let shown = try handheld.run("show", try ran.json["id"].plain, "--json").json
    #expect(shown["position"]["source"] == "exif")
    // exiftool: 43 deg 28' 2.81" N, 11 deg 53' 6.46" E.
    guard case .decimal(let latitude) = shown["position"]["latitude"],
      case .decimal(let longitude) = shown["position"]["longitude"]
    else {
      Issue.record("no position")
      return
    }
    #expect(abs(latitude - 43.467448) < 1e-4)
    #expect(abs(longitude - 11.885126) < 1e-4)
  }

  @Test("an edit sends only what changed, and nothing when nothing did")
  func edit() throws {
    let handheld = try Handheld()
    let id = try handheld.run(Self.family + ["--json"]).json["id"].plain
    let ran = handheld.run("edit", String(id.suffix(6)), "--set", "room=202", "--json")
    #expect(ran.code == .ok, "\(ran.errors)")
    #expect(try ran.json["title"] == "江口花园3栋2单元202室")
    #expect(try ran.json["records"].elements.count == 1)
    let history = try handheld.run("history", id, "--json").json
    let update = try #require(history.elements.last)
    #expect(update["action"] == "update")
    guard case .object(let fields) = update["fields"] else {
      Issue.record("no fields")
      return
    }
    #expect(fields.keys.sorted() == ["address", "label", "room"])

    let again = handheld.run("edit", id, "--set", "room=202", "--json")
    #expect(try again.json["state"] == "unchanged")
    #expect(try handheld.run("history", id, "--json").json.elements.count == 2)
  }

  @Test("a member is added to a household that is there")
  func memberLater() throws {
    let handheld = try Handheld()
    let id = try handheld.run(Self.family + ["--json"]).json["id"].plain
    let ran = handheld.run(
      "new", "person", "--parent", id, "--set", "name=梁宇", "--set", "relationship=子", "--json",
      language: .chinese)
    #expect(ran.code == .ok, "\(ran.errors)")
    #expect(try ran.json["grid"] == .text(Handheld.west))
    let shown = try handheld.run("household", id, "--json").json
    #expect(shown["members"].elements.map { $0["title"].plain } == ["梁鑫", "王芳", "梁宇"])
  }

  @Test("what others changed while a form lay open is neither covered nor taken for an answer")
  func openForm() throws {
    let handheld = try Handheld()
    let store = try handheld.store()
    let id = try handheld.run(
      "new", "person", "--set", "name=王芳", "--set", "phone=13800138000", "--grid",
      Handheld.west, "--json"
    ).json["id"].plain
    try handheld.receiveAll()
    let opened = try #require(try store.record(try store.resolve(id))).record
    let screen = ScriptedReader([.init("", .line("王小芳")), .init("", .end(.endOfInput))])
    #expect(handheld.run("edit", id, reader: screen).code == .ok)
    // Meanwhile the centre brings another number and another remark.
    var theirs = opened
    theirs.version += 10
    theirs.set(["phone": "13900139000"])
    try handheld.take(theirs)
    let draft = try #require(try store.drafts().first)
    #expect(handheld.run("drafts", "resume", draft.id.text, "--set", "name=王小芳").code == .ok)
    let operation = try #require(try store.history(opened.id).last).operation
    #expect(operation.fields?["phone"] == nil)
    #expect(operation.base == opened.version)
    #expect(try store.record(opened.id)?.record.fields["phone"] == "13900139000")
    #expect(try store.drafts() == [])
  }

  @Test("an edit leaves a value alone that its form cannot read, until somebody answers")
  func unreadable() throws {
    let handheld = try Handheld()
    let store = try handheld.store()
    let text = try handheld.run(
      "new", "person", "--set", "name=王芳", "--grid", Handheld.west, "--json"
    ).json["id"].plain
    try handheld.receiveAll()
    let id = try store.resolve(text)
    var theirs = try #require(try store.record(id)).record
    theirs.version += 10
    theirs.set(["birth_date": "民国三十八年", "occupation": .array(["农民"])])
    try handheld.take(theirs)
    let told = handheld.run("edit", text, "--set", "phone=13800138000")
    #expect(told.code == .ok, "\(told.errors)")
    #expect(told.errors.contains("民国三十八年"))
    #expect(try store.record(id)?.record.fields["birth_date"] == "民国三十八年")
    #expect(try store.record(id)?.record.fields["occupation"] == .array(["农民"]))

    // The same through a draft, and an answer takes the value's place.
    let screen = ScriptedReader([.init("", .line("王小芳")), .init("", .end(.endOfInput))])
    #expect(handheld.run("edit", text, reader: screen).code == .ok)
    let draft = try #require(try store.drafts().first)
    let resumed = handheld.run(
      "drafts", "resume", draft.id.text, "--set", "occupation=教师")
    #expect(resumed.code == .ok, "\(resumed.errors)")
    let fields = try store.record(id)?.record.fields
    #expect(fields?["birth_date"] == "民国三十八年")
    #expect(fields?["occupation"] == "教师")
  }
}
