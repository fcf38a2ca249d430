import CLI
import Domain
import SyncProtocol
import Terminal
import Testing

@testable import FieldCore
@testable import gridwalk

@Suite("What two people wrote differently")
struct ConflictsTests {
  private typealias Step = ScriptedReader.Step

  private static let mine = "13800138000"
  private static let theirs = "13900139000"

  /// A resident whose phone this device and somebody else have changed; her value
  /// shows, theirs is kept, or the other way round.
  private struct Scene {
    let handheld: Handheld
    let record: Record
    private(set) var conflict: Conflict

    init(fields: [String: FieldValue] = [:], isShown: Bool = true) throws {
      handheld = try Handheld(grids: [Handheld.west, Handheld.east])
      var record = Record(
        id: try handheld.store().newID(), element: .person, kind: "person", grid: Handheld.west,
        fields: ["name": "张三", "full_name": "张三", "phone": "13700137000"], version: 40)
      record.set(fields)
      self.record = record
      try handheld.take(record)
      handheld.run("edit", record.id.text, "--set", "phone=\(ConflictsTests.mine)")
      let own = try #require(try handheld.store().history(record.id).first).operation.op
      let other = try handheld.store().newID()
      let (shownBy, keptBy) = (isShown ? own : other, isShown ? other : own)
      conflict = Conflict(
        id: Conflict.id(op: shownBy, field: "phone"), record: record.id, field: "phone",
        base: "13700137000", shown: .text(isShown ? ConflictsTests.mine : ConflictsTests.theirs),
        kept: .text(isShown ? ConflictsTests.theirs : ConflictsTests.mine), op: shownBy,
        shownBy: Self.author(shownBy, isOwn: isShown), keptBy: Self.author(keptBy, isOwn: !isShown))
      try take(conflict)
    }

    static func author(_ op: UniqueID, isOwn: Bool) -> Conflict.Author {
      .init(
        op: op, worker: isOwn ? "W001" : "W002", name: isOwn ? "王秀兰" : "李国强",
        at: 1_795_221_000_000)
    }

    func take(_ conflict: Conflict) throws {
      let store = try handheld.store()
      let epoch = try #require(try store.device().epoch)
      try store.apply(
        ChangePage(
          epoch: epoch, now: handheld.machine.now, cursor: "9", more: false,
          changes: [.conflict(conflict, version: 50)]))
    }

    /// One more, that two others made.
    func takeStrange(_ field: String, shown: FieldValue, kept: FieldValue) throws {
      let ops = [try handheld.store().newID(), try handheld.store().newID()]
      try take(
        Conflict(
          id: Conflict.id(op: ops[0], field: field), record: record.id, field: field, shown: shown,
          kept: kept, op: ops[0], shownBy: Self.author(ops[0], isOwn: false),
          keptBy: .init(op: ops[1], worker: "W003", name: "赵敏")))
    }

    func operation() throws -> Operation? {
      try handheld.store().history(record.id).last?.operation
    }

    func phone() throws -> FieldValue? {
      try handheld.store().record(record.id)?.record.fields["phone"]
    }
  }

  @Test("the list tells record, field, who and when, numbers masked")
  func list() throws {
    let scene = try Scene()
    let item = try #require(try scene.handheld.run("conflicts", "--json").json.elements.first)
    #expect(item["id"] == .text(scene.conflict.id.text))
    #expect(item["title"] == "张三")
    #expect(item["label"] == "Phone")
    #expect(item["base"] == "137****7000")
    #expect(item["shown"] == "138****8000")
    #expect(item["kept"] == "139****9000")
    #expect(item["mine"] == "shown")
    #expect(item["keptBy"]["name"] == "李国强")
    let chinese = scene.handheld.run(
      "冲突", reader: ScriptedReader([]), language: .chinese, width: 40)
    #expect(chinese.output.contains("张三"))
    #expect(chinese.output.contains("联系电话: 李国强 2026-11-21") || chinese.output.contains("李国强"))
    #expect(chinese.errors.contains("1 处等待决断"))
    for line in (chinese.output + chinese.errors).split(separator: "\n") {
      #expect(DisplayWidth.width(of: String(line)) <= 40)
    }
    #expect(scene.handheld.run("conflicts").output.split(separator: "\t").count == 4)
    #expect(scene.handheld.run("show", scene.record.id.short).errors.contains("gridwalk resolve"))
    let empty = try Handheld().run("conflicts")
    #expect(empty.code == .ok)
    #expect(empty.errors.contains("Nothing waits"))
  }

  @Test(
    "a script takes mine, theirs or the value before, without a network and without a prompt",
    arguments: [
      ("mine", ConflictsTests.mine), ("theirs", ConflictsTests.theirs), ("base", "13700137000"),
    ])
  func take(_ side: String, _ expected: String) throws {
    for isShown in [true, false] {
      let scene = try Scene(isShown: isShown)
      let ran = scene.handheld.run("resolve", scene.record.id.text, "--take", side, "--json")
      #expect(ran.code == .ok, "\(ran.errors)")
      #expect(try ran.json["decided"] == .array([.text(scene.conflict.id.text)]))
      #expect(try ran.json["left"] == 0)
      #expect(try scene.phone() == .text(expected))
      #expect(try scene.operation()?.resolves?.first == scene.conflict.id)
      #expect(try scene.handheld.run("conflicts", "--json").json == .array([]))
      let again = scene.handheld.run("resolve", scene.record.id.text, "--take", side)
      #expect(again.code == .notFound)
    }
  }

  @Test("another value goes through the form's own rules")
  func set() throws {
    let scene = try Scene()
    let id = String(scene.conflict.id.text.suffix(8))
    let wrong = scene.handheld.run("resolve", id, "--set", "phone=12")
    #expect(wrong.code == .invalid)
    #expect(wrong.errors.contains("no phone number"))
    #expect(try scene.handheld.run("conflicts", "--json").json.elements.count == 1)
    let right = scene.handheld.run(
      "resolve", id, "--set", "phone=13600136000", "--set", "occupation=教师")
    #expect(right.code == .ok, "\(right.errors)")
    #expect(try scene.phone() == "13600136000")
    #expect(
      try scene.handheld.store().record(scene.record.id)?.record.fields["occupation"] == "教师")
    // The value that shows already decides as well.
    let same = try Scene()
    #expect(
      same.handheld.run("resolve", same.record.id.text, "--set", "phone=\(Self.mine)").code == .ok)
    #expect(try same.operation()?.resolves?.first == same.conflict.id)
    #expect(try same.operation()?.fields == ["phone": .text(Self.mine)])
  }

  @Test("nobody to ask, no side of one's own, no such word: nothing is decided")
  func refusals() throws {
    let scene = try Scene()
    let nobody = scene.handheld.run("resolve", scene.record.id.text)
    #expect(nobody.code == .conflict)
    #expect(nobody.errors.contains("--take mine|theirs|base"))
    #expect(nobody.errors.contains("Phone"))
    #expect(
      scene.handheld.run("resolve", scene.record.id.text, "--take", "hers").code == .usage)
    #expect(scene.handheld.run("resolve", "ffffff").code == .notFound)
    try scene.takeStrange("occupation", shown: "教师", kept: "医生")
    let strange = scene.handheld.run("resolve", scene.record.id.text, "--take", "mine")
    #expect(strange.code == .invalid)
    #expect(strange.errors.contains("Occupation"))
    #expect(strange.errors.contains("shown or kept"))
    #expect(try scene.handheld.run("conflicts", "--json").json.elements.count == 2)
    // Some of it decided: the rest is told by the exit code.
    let partly = scene.handheld.run(
      "resolve", scene.record.id.text, "--set", "occupation=律师", "--json")
    #expect(partly.code == .conflict)
    #expect(try partly.json["left"] == 1)
    #expect(try scene.handheld.run("conflicts", "--json").json.elements.count == 1)
  }

  @Test("on a terminal each field is one key; another value is typed; Enter leaves it")
  func screen() throws {
    let scene = try Scene(fields: ["sex": "1"])
    try scene.takeStrange("sex", shown: "1", kept: "2")
    try scene.takeStrange("occupation", shown: "教师", kept: "医生")
    try scene.takeStrange("#deleted", shown: false, kept: true)
    let reader = ScriptedReader([
      // Within one version the order is by identifier, which the seed fixes.
      Step("take:", .key(.character("?"))), Step("take:", .key(.character("t"))),
      Step("take:", .key(.character("1"))), Step("take:", .key(.character("1"))),
      Step("take:", .key(.character("1"))),
    ])
    let ran = scene.handheld.run("resolve", scene.record.id.text, reader: reader, width: 40)
    for said in ["张三", "Occupation", "教师", "医生", "Male", "Female", "赵敏", "mine: 138****8000"] {
      #expect(ran.errors.contains(said), "\(said): \(ran.errors)")
    }
    for line in ran.errors.split(separator: "\n") {
      #expect(DisplayWidth.width(of: String(line)) <= 40, "\(line)")
    }
    #expect(!ran.errors.contains(Self.theirs))
    #expect(ran.errors.contains("There is no key ?"))
    #expect(ran.code == .ok)
    #expect(try scene.phone() == .text(Self.theirs))
    #expect(try scene.handheld.store().record(scene.record.id)?.record.deleted == nil)
    #expect(try scene.handheld.store().conflicts().isEmpty)
  }

  @Test("a key of the home screen leads to what waits, in either language")
  func home() throws {
    let scene = try Scene()
    let reader = ScriptedReader([
      Step("key:", .key(.character("m"))), Step("take:", .key(.character("o"))),
      Step("Phone", .line("12")), Step("Phone", .line("13600136000")),
      Step("key:", .key(.character("x"))),
    ])
    let ran = scene.handheld.run(reader: reader)
    #expect(ran.code == .ok, "\(ran.errors)")
    #expect(reader.stepsLeft == 0)
    #expect(ran.errors.contains("values that differ from others': 1; m decides"))
    #expect(try scene.phone() == "13600136000")
    let other = try Scene()
    let keys = ScriptedReader([
      Step("按键", .key(.character("m"))), Step("取哪个", .key(.enter)),
      Step("按键", .key(.character("x"))),
    ])
    let left = other.handheld.run(reader: keys, language: .chinese)
    #expect(left.errors.contains("按 m 决断"))
    #expect(left.errors.contains("我的: 138****8000"))
    #expect(left.errors.contains("原值: 137****7000"))
    #expect(left.errors.contains("还有 1 处没有决断"))
    #expect(try other.phone() == .text(Self.mine))
  }

  @Test("numbers that differ only where they are masked say so")
  func masked() throws {
    let scene = try Scene()
    try scene.takeStrange("contact_phone", shown: "13812348000", kept: "13898768000")
    let reader = ScriptedReader([Step("take:", .key(.enter)), Step("take:", .key(.enter))])
    let ran = scene.handheld.run("resolve", scene.record.id.text, reader: reader)
    #expect(ran.code == .conflict)
    #expect(ran.errors.contains("138****8000 (differs where masked)"))
  }

  @Test("what was refused is told with what to do, and sent again put right")
  func quarantine() throws {
    let handheld = try Handheld()
    let made = try handheld.run(
      "new", "person", "--set", "name=李", "--grid", Handheld.west, "--json"
    ).json
    let id = made["id"].plain
    try handheld.refuseAll(.normal, .gridOutOfScope)
    let queue = handheld.run("queue")
    #expect(queue.errors.contains("not your grid"))
    #expect(queue.errors.contains("--grid CODE"))
    #expect(handheld.run("queue", "--set", "phone=1").code == .usage)
    let wrong = handheld.run("queue", "--retry", id, "--set", "phone=1")
    #expect(wrong.code == .invalid)
    #expect(handheld.run("queue", "--retry", id, "--grid", "G9").code == .notFound)
    #expect(try handheld.run("queue", "--json").json["refused"] == 1)
    let item = try #require(try handheld.run("queue", "--json").json["items"].elements.first)
    let again = handheld.run(
      "queue", "--retry", String(item["id"].plain.suffix(6)), "--set", "phone=\(Self.mine)",
      "--grid", Handheld.east)
    #expect(again.code == .ok, "\(again.errors)")
    #expect(try handheld.run("queue", "--json").json["refused"] == 0)
    let store = try handheld.store()
    let record = try #require(UniqueID(id))
    let operation = try #require(try store.history(record).last?.operation)
    #expect(operation.action == .create)
    #expect(operation.grid == Handheld.east)
    #expect(operation.fields?["phone"] == .text(Self.mine))
    #expect(operation.fields?["full_name"] == "李")
    // `edit` does the same.
    try handheld.refuseAll(.normal, .tooLarge)
    #expect(handheld.run("edit", id, "--set", "name=王").code == .ok)
    #expect(try handheld.run("queue", "--json").json["refused"] == 0)
    let edited = try store.history(record).last?.operation
    #expect(edited?.action == .create)
    #expect(edited?.fields?["full_name"] == "王")
  }

  @Test("every refusal says what happened and what to do, in both languages")
  func advice() {
    let codes: [RefusalCode] = [
      .malformed, .kindUnknown, .gridUnknown, .gridOutOfScope, .recordUnknown, .recordExists,
      .tooLarge, .actUnknown, RefusalCode(rawValue: "moon-too-full"),
    ]
    let sentences = codes.map { Sentence.refusalAdvice($0.rawValue) }
    #expect(Set(sentences).count == codes.count)
    for sentence in sentences {
      #expect(sentence.zh.contains("没有生效") && sentence.zh.contains("gridwalk "))
      #expect(sentence.en.contains("no effect") && sentence.en.contains("gridwalk "))
    }
    #expect(sentences.last?.en.contains("moon-too-full") == true)
  }
}
