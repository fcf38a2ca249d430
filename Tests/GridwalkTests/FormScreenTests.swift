import CLI
import Domain
import FieldCore
import Terminal
import Testing

@testable import gridwalk

@Suite("Filling in a form on a terminal")
struct FormScreenTests {
  private typealias Step = ScriptedReader.Step

  @Test("a household is asked for question by question, members included")
  func household() throws {
    let handheld = try Handheld(grids: [Handheld.west])
    let reader = ScriptedReader([
      Step("小区", .line("江口花园")), Step("楼栋", .line("3")), Step("单元", .line("")),
      Step("房号", .line("201")), Step("户别 [家庭户]", .line("")), Step("房屋性质", .line("租")),
      Step("住户电话", .line("12")), Step("住户电话", .line("")), Step("备注", .line("")),
      Step("姓名", .line("")), Step("姓名", .line("梁鑫")), Step("与户主关系", .line("1")),
      Step("公民身份号码", .line("<")), Step("与户主关系 [本人或户主]", .line("")),
      Step("公民身份号码", .line("")), Step("性别", .line("?")), Step("性别", .line("男")),
      Step("出生日期", .line("1949-12-31")), Step("联系电话", .line("")), Step("职业", .line("")),
      Step("是否流动人口", .line("")), Step("再添加一个家庭成员", .line("y")),
      Step("姓名", .line("王芳")), Step("与户主关系", .line("=")),
    ])
    let ran = handheld.run("household", reader: reader, language: .chinese)
    #expect(ran.code == .ok, "\(ran.errors)")
    #expect(reader.stepsLeft == 0)
    #expect(ran.errors.contains("电话号码不正确"))
    #expect(ran.errors.contains("这一问必须回答"))
    #expect(ran.errors.contains("— 家庭成员 2 —"))
    #expect(ran.errors.contains("✓ 已存本机：江口花园3栋201室"))
    let id = try handheld.run("list", "household", "--json").json.at(0)["id"].plain
    let shown = try handheld.run("show", id, "--json").json
    #expect(shown["fields"]["tenure"] == "rented")
    #expect(shown["members"].elements.map { $0["title"].plain } == ["梁鑫", "王芳"])
    #expect(try handheld.store().drafts().isEmpty)
  }

  @Test("a killed filling-in goes on at the same question with the same answers")
  func killed() throws {
    let handheld = try Handheld(grids: [Handheld.west])
    // The reader fails as a lost terminal does; everything in memory is gone with the run.
    let before = ScriptedReader([
      Step("Category", .line("06010")), Step("Urgency", .line("")),
      Step("What is the matter", .line("楼下")), Step("Where", .end(.failed(code: 5))),
    ])
    #expect(handheld.run("report", reader: before).code == .failure)
    #expect(try handheld.store().drafts().map(\.current) == ["/data/address"])

    let after = ScriptedReader([
      Step("unfinished", .line("")), Step("Where", .line("3栋")), Step("Photo", .line("=")),
    ])
    let ran = handheld.run("report", reader: after)
    #expect(ran.code == .ok, "\(ran.errors)")
    #expect(after.stepsLeft == 0)
    let id = try handheld.run("list", "event", "--json").json.at(0)["id"].plain
    let shown = try handheld.run("show", id, "--json").json
    #expect(shown["fields"]["description"] == "楼下")
    #expect(shown["fields"]["address"] == "3栋")
    #expect(try handheld.store().drafts().isEmpty)
  }

  @Test("Ctrl-C leaves with 130 and keeps the draft; a full stop leaves with 0")
  func leaving() throws {
    let handheld = try Handheld(grids: [Handheld.west])
    let interrupted = handheld.run(
      "diary",
      reader: ScriptedReader([
        Step("What was done", .line("半句")), Step("Time", .end(.interrupted)),
      ]))
    #expect(interrupted.code == .interrupted)
    let draft = try #require(try handheld.store().drafts().first)
    let left = handheld.run(
      "drafts", "resume", draft.id.short, reader: ScriptedReader([Step("Time", .line("."))]))
    #expect(left.code == .ok)
    let told = left.errors.split(separator: "\n").joined(separator: " ")
    #expect(told.contains("gridwalk drafts resume \(draft.id.short)"))
    #expect(try handheld.run("drafts", "list", "--json").json.elements.first?["form"] == "diary")
    // Without a terminal the rest comes from the command line.
    let done = handheld.run("drafts", "resume", draft.id.short, "--set", "place=3栋", "--json")
    #expect(done.code == .ok, "\(done.errors)")
    #expect(try done.json["title"] == "半句")
    #expect(try handheld.store().drafts().isEmpty)
    #expect(try handheld.store().queueSummary().count == 1)
  }

  @Test("a photo that is refused is asked for again and its faults lose nothing")
  func photo() throws {
    let handheld = try Handheld(grids: [Handheld.west])
    let photo = try handheld.photo("a.jpg")
    let reader = ScriptedReader([
      Step("Urgency", .line("2")), Step("What is the matter", .line("x")), Step("Where", .line("")),
      Step("Photo", .line("/nonexistent.jpg")), Step("Photo", .line(photo)),
      Step("Position", .line("somewhere")), Step("Position", .line("22.5411,114.0512,8")),
      Step("Handled on the spot", .line("=")),
    ])
    let ran = handheld.run("report", "06010", reader: reader)
    #expect(ran.code == .ok, "\(ran.errors)")
    #expect(reader.stepsLeft == 0)
    #expect(ran.errors.contains("There is no photo /nonexistent.jpg"))
    let id = try handheld.run("list", "event", "--json").json.at(0)["id"].plain
    let shown = try handheld.run("show", id, "--json").json
    #expect(shown["fields"]["urgency"] == "urgent")
    #expect(shown["photos"].elements.count == 1)
    #expect(shown["position"]["longitude"] == .decimal(114.0512))
    #expect(shown["position"]["accuracy"] == 8)
  }

  @Test(
    "nothing is wider than the terminal", arguments: [40, 60, 80], [Language.chinese, .english])
  func width(_ columns: Int, _ language: Language) throws {
    let handheld = try Handheld(grids: [Handheld.west])
    let reader = ScriptedReader(lines: [
      "06010", "?", "", "占用通道的杂物很多，住户已经反映过三次，需要城管一起处理", "", "", "", "",
    ])
    let asked = handheld.run("report", reader: reader, language: language, width: columns)
    #expect(asked.code == .ok, "\(asked.errors)")
    handheld.run(
      "household", "--set", "estate=江口花园江口花园江口花园", "--set", "room=201", "--set",
      "member[1]/name=梁鑫")
    let id = try handheld.run("list", "event", "--json").json.at(0)["id"].plain
    var texts = [asked.errors]
    for words in [
      ["list", "event"], ["queue"], ["history", id], ["show", id], ["doctor"], ["find", "江口"],
      ["drafts", "list"], ["forms", "list"],
    ] {
      let ran = handheld.run(
        words, reader: ScriptedReader([]), language: language, width: columns)
      #expect(!ran.output.isEmpty || words[0] == "drafts")
      texts.append(ran.output)
    }
    let home = handheld.run(
      [], reader: ScriptedReader(lines: ["x"]), language: language, width: columns)
    texts.append(home.errors)
    for line in texts.joined(separator: "\n").split(separator: "\n") {
      #expect(DisplayWidth.width(of: String(line)) <= columns, "\(line)")
    }
    for question in reader.asked {
      #expect(DisplayWidth.width(of: question.prompt) < columns)
    }
  }
}
