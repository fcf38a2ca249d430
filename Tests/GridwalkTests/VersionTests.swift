import CLI
import Domain
import FieldCore
import SyncProtocol
import Terminal
import Testing

@testable import gridwalk

/// The faults of a JSON error, each as its reference and code.
enum WireFaults {
  static func read(_ errors: String) throws -> [String] {
    try WireJSON.decode(FieldValue.self, from: errors.utf8)["faults"].elements
      .map { "\($0["ref"].plain) \($0["code"].plain)" }
  }
}

@Suite("A draft whose form has changed")
struct VersionTests {
  private typealias Step = ScriptedReader.Step

  /// A draft of the first version, left at the place; then the second version comes.
  private func handheld() throws -> Handheld {
    let handheld = try Handheld(grids: [Handheld.west])
    try handheld.take(form: "tenant", version: "1", TenantForm.first)
    let reader = ScriptedReader([
      Step("姓名", .line("王芳")), Step("面积", .line("90")), Step("电话", .line("13800138000")),
      Step("性别", .line("男")), Step("宠物", .line("1")), Step("子女姓名", .line("小明")),
      Step("年龄", .line("5")), Step("再添加", .line("")), Step("位置", .line(".")),
    ])
    let ran = handheld.run("new", "tenant", reader: reader, language: .chinese)
    #expect(ran.code == .ok, "\(ran.errors)")
    try handheld.take(form: "tenant", version: "2", TenantForm.second)
    return handheld
  }

  @Test("what changes is shown and asked, and no answer is lost down to the record")
  func goingOn() throws {
    let handheld = try handheld()
    let listed = handheld.run("drafts", "list", language: .chinese)
    #expect(listed.errors.contains("按旧版表单填的"))

    let declining = ScriptedReader([Step("按新版本继续？", .line("n"))])
    let before = try handheld.store().drafts()
    let declined = handheld.run("drafts", "resume", reader: declining, language: .chinese)
    #expect(declined.code == .ok)
    #expect(try handheld.store().drafts() == before)
    for part in [
      "版本 1 填的，现在的版本是 2", "不再问", "  电话：138****8000", "  年龄：5", "新增：楼层",
      "性别：1（没有这个选项。可选：女）",
    ] {
      #expect(declined.errors.contains(part), "\(part) in \(declined.errors)")
    }

    // The same question of the same place is where it goes on.
    let reader = ScriptedReader([
      Step("按新版本继续？", .line("")), Step("位置", .line(".")),
    ])
    let left = handheld.run("drafts", "resume", reader: reader, language: .chinese)
    #expect(left.code == .ok, "\(left.errors)")
    #expect(reader.stepsLeft == 0)
    #expect(handheld.run("drafts", "list", language: .chinese).errors.contains("2 个回答"))
    let shown = try handheld.run("drafts", "show", "--json").json
    #expect(shown["formerAnswers"].elements.map { $0["label"].plain } == ["电话", "年龄"])

    // Now it is a draft of the second version: nothing is asked again.
    let ending = ScriptedReader([
      Step("位置", .line("=")), Step("性别 [1]", .line("女")), Step("", .line("=")),
    ])
    let done = handheld.run("drafts", "resume", reader: ending, language: .chinese)
    #expect(done.code == .ok, "\(done.errors)")
    #expect(ending.stepsLeft == 0)
    #expect(done.errors.contains("已随记录保存"))
    let id = try handheld.run("list", "tenant", "--json").json.at(0)["id"].plain
    let fields = try handheld.run("show", id, "--json").json["fields"]
    #expect(fields["former_phone"] == "138****8000")
    #expect(fields["former_child[1]_age"] == "5")
    let record = try #require(try handheld.found("王芳").first)
    #expect(record.fields["former_phone"] == "13800138000")
    let page = handheld.run("show", id, language: .chinese).output
    #expect(page.contains("旧版回答 phone\t138****8000"))
    #expect(try handheld.store().drafts().isEmpty)
  }

  @Test("answers come back when a later version asks for them again")
  func comingBack() throws {
    let handheld = try handheld()
    let reader = ScriptedReader([Step("按新版本继续？", .line("y")), Step("位置", .line("."))])
    handheld.run("drafts", "resume", reader: reader, language: .chinese)
    try handheld.take(
      form: "tenant", version: "3", TenantForm.first.replacing("tenant,1,", with: "tenant,3,"))
    let again = ScriptedReader([Step("按新版本继续？", .line("y")), Step("位置", .line("="))])
    let done = handheld.run("drafts", "resume", reader: again, language: .chinese)
    #expect(done.code == .ok, "\(done.errors)")
    #expect(!done.errors.contains("不再问"))
    let record = try #require(try handheld.found("王芳").first)
    #expect(record.fields["phone"] == "13800138000")
    #expect(record.fields["former_phone"] == nil)
  }

  @Test("without a terminal it goes on at once, and says what has no place any more")
  func withoutTerminal() throws {
    let handheld = try handheld()
    let ran = handheld.run("drafts", "resume", "--set", "sex=女", "--json", language: .chinese)
    #expect(ran.code == .ok, "\(ran.errors)")
    #expect(try ran.json["formerAnswers"].elements.count == 2)
    #expect(try ran.json["formerAnswers"].at(0)["value"] == "138****8000")
  }
}
