import CLI
import Domain
import FieldCore
import Terminal
import Testing

@testable import gridwalk

@Suite("Going about in a form")
struct OverviewTests {
  private typealias Step = ScriptedReader.Step

  private func handheld() throws -> Handheld {
    let handheld = try Handheld(grids: [Handheld.west])
    try handheld.take(form: "tenant", version: "1", TenantForm.first)
    return handheld
  }

  private func fields(_ handheld: Handheld) throws -> FieldValue {
    let id = try handheld.run("list", "tenant", "--json").json.at(0)["id"].plain
    return try handheld.run("show", id, "--json").json["fields"]
  }

  @Test("the overview shows what is answered and open, and jumps by number, label or !")
  func jumping() throws {
    let handheld = try handheld()
    let reader = ScriptedReader([
      Step("姓名", .line("/")), Step("跳到", .line("位置")), Step("位置", .line("、")),
      Step("跳到", .line("!")), Step("姓名", .line("王芳")), Step("面积 [80]", .line("/")),
      Step("跳到", .line("没有这个")), Step("跳到", .line("")), Step("面积 [80]", .line("90")),
      Step("电话", .line("/")), Step("跳到", .line("姓名")), Step("跳到", .line("8")),
      Step("子女姓名", .line("小明")), Step("年龄", .line("=")),
    ])
    let ran = handheld.run("new", "tenant", reader: reader, language: .chinese)
    #expect(ran.code == .ok, "\(ran.errors)")
    #expect(reader.stepsLeft == 0)
    #expect(ran.errors.contains("必填未答 2（!）"))
    #expect(ran.errors.contains("   3>  面积: 80"))
    #expect(ran.errors.contains("   8!  子女姓名"))
    #expect(ran.errors.contains("没有“没有这个”"))
    #expect(try fields(handheld)["area"].plain == "90")
  }

  @Test("instances are added, edited and deleted at their prompt")
  func instances() throws {
    let handheld = try handheld()
    let reader = ScriptedReader([
      Step("姓名", .line("王芳")), Step("面积", .line("/")), Step("跳到", .line("子女姓名")),
      Step("子女姓名", .line("小明")), Step("年龄", .line("5")),
      Step("已有 1", .line("y")), Step("子女姓名", .line("小红")), Step("年龄", .line("3")),
      // Going through one leads back to the prompt, not on to the next.
      Step("已有 2", .line("1")), Step("子女姓名 [小明]", .line("大明")), Step("年龄 [5]", .line("")),
      Step("已有 2", .line("9")), Step("已有 2", .line("-1")), Step("[y/N]", .line("")),
      Step("已有 2", .line("-1")), Step("大明", .line("y")), Step("已有 1", .line("?")),
      Step("已有 1", .line("1")), Step("子女姓名 [小红]", .line("")), Step("年龄 [3]", .line("<")),
      Step("子女姓名 [小红]", .line(".")),
    ])
    let ran = handheld.run("new", "tenant", reader: reader, language: .chinese)
    #expect(ran.code == .ok, "\(ran.errors)")
    #expect(reader.stepsLeft == 0)
    #expect(ran.errors.contains("1.大明  2.小红"))
    #expect(ran.errors.contains("没有“9”"))
    #expect(ran.errors.contains("已删除子女 1"))
    let shown = try handheld.run("drafts", "show", "--json").json
    let names = shown["answers"].elements.filter { $0["ref"].plain.hasSuffix("/cname") }
    #expect(names.map { $0["value"].plain } == ["小红"])
  }

  @Test("what was chosen last is offered first, here and next time")
  func recent() throws {
    let handheld = try handheld()
    func answers(_ sex: [String], _ pets: String) -> ScriptedReader {
      ScriptedReader(
        [
          Step("姓名", .line("王芳")), Step("面积", .line("")), Step("电话", .line("")),
        ] + sex.map { Step("性别", .line($0)) } + [Step("宠物", .line(pets)), Step("", .line("="))]
          + [Step("", .line("小明")), Step("", .line("="))])
    }
    let first = answers(["nv"], "4 xn")
    let ran = handheld.run("new", "tenant", reader: first, language: .chinese)
    #expect(ran.code == .ok, "\(ran.errors)")
    #expect(ran.errors.contains("1.男  2.女"))
    #expect(ran.errors.contains("  → 金鱼, 小鸟"))
    // The last named is the newest.
    let second = answers(["1"], "Gold fish")
    let again = handheld.run("new", "tenant", reader: second, language: .chinese)
    #expect(again.code == .ok, "\(again.errors)")
    #expect(again.errors.contains("1.女  2.男"))
    #expect(again.errors.contains("1.小鸟  2.金鱼  3.狗"), "\(again.errors)")
    #expect(again.errors.contains("  → 金鱼\n"))
    let records = try handheld.found("王芳")
    #expect(records.count == 2)
    #expect(
      records.compactMap { $0.fields["pets"]?.plain }.sorted() == ["goldfish", "goldfish bird"])
    // A command line's choices count too.
    handheld.run(
      "new", "tenant", "--set", "name=李雷", "--set", "sex=1", "--set", "child[1]/cname=小")
    let third = ScriptedReader([
      Step("姓名", .line("韩梅")), Step("面积", .line("")), Step("电话", .line("")),
      Step("性别", .line(".")),
    ])
    #expect(
      handheld.run("new", "tenant", reader: third, language: .chinese).errors
        .contains("1.男  2.女"))
  }

  @Test(
    "the screen keeps to its width with overview, instances and pickers",
    arguments: [40, 60, 80], [Language.chinese, .english])
  func width(_ columns: Int, _ language: Language) throws {
    let handheld = try handheld()
    let long = "一个名字特别特别长、长到四十列无论如何也放不下的租户王小明"
    let reader = ScriptedReader(lines: [
      long, "/", "?", "", "", "", "1", "1 2 3", long, "5", "?", "/", "", "-1", "", ".",
    ])
    let ran = handheld.run("new", "tenant", reader: reader, language: language, width: columns)
    #expect(ran.code == .ok, "\(ran.errors)")
    for line in ran.errors.split(separator: "\n") {
      #expect(DisplayWidth.width(of: String(line)) <= columns, "\(line)")
    }
    for question in reader.asked {
      #expect(DisplayWidth.width(of: question.prompt) < columns, "\(question.prompt)")
    }
  }

  @Test("a long form is shown in pages, and its steps are read once per change")
  func longForm() throws {
    let handheld = try Handheld(grids: [Handheld.west])
    var text = "survey\n,type,name,label\n"
    for number in 1...1000 { text += ",text,q\(number),Question \(number)\n" }
    text += "settings\n,form_title,form_id,version,element\n,Long,long,1,diary\n"
    text += "entities\n,list_name,label\n,long,${q1}\n"
    try handheld.take(form: "long", version: "1", text)
    let steps =
      (1...50).map { Step("Question \($0):", .line("")) } + [
        Step("Question 51:", .line("/")), Step("Go to", .line(">")), Step("Go to", .line("<")),
        Step("Go to", .line("Question 1000")), Step("Question 1000:", .line("x")),
      ]
    let reader = ScriptedReader(steps)
    let clock = ContinuousClock()
    var ran: Handheld.Ran?
    let time = clock.measure { ran = handheld.run("new", "long", reader: reader) }
    #expect(reader.stepsLeft == 0)
    #expect(ran?.errors.contains("page 3 of 50") == true)
    #expect(ran?.errors.contains("page 4 of 50") == true)
    #expect(time < .seconds(10), "\(time)")
  }

  @Test("every refused answer of a command line is named by reference and label")
  func allFaults() throws {
    let handheld = try handheld()
    let ran = handheld.run(
      "new", "tenant", "--set", "name=王", "--set", "area=x", "--set", "sex=z", "--set",
      "nope=1", "--set", "child[1]/age=3", "--set", "place=here", language: .chinese)
    #expect(ran.code == .invalid)
    #expect(ran.output.isEmpty)
    for part in [
      "name（姓名）：姓名至少两个字", "area（面积）：要填数字", "sex（性别）：没有这个选项",
      "表单没有问题“nope”", "place（位置）：要填 纬度",
      "child[1]/cname（子女姓名）：这一问必须回答：--set child[1]/cname=…",
    ] {
      #expect(ran.errors.contains(part), "\(part) in \(ran.errors)")
    }
    let json = try WireFaults.read(
      handheld.run("new", "tenant", "--set", "name=王", "--set", "area=-1", "--json").errors)
    #expect(json == ["name constraint", "area constraint", "child[1]/cname required"])
    #expect(try handheld.store().queueSummary().isEmpty)
  }
}
