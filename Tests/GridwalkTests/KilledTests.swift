import FieldCore
import Glibc
import Testing

@testable import gridwalk

@Suite("Filling in a form with the real program on a real terminal")
struct KilledTests {
  @Test(
    "after SIGKILL the form opens at the same question with every answer",
    arguments: [["TERM=xterm"], ["TERM=dumb"]], [40, 80])
  func killed(_ terminal: [String], _ columns: Int) throws {
    let handheld = try Handheld(grids: [Handheld.west])
    try handheld.take(form: "tenant", version: "1", TenantForm.first)
    let environment = terminal + ["LANG=zh_CN.UTF-8"]
    func start() throws -> TerminalProgram {
      try TerminalProgram(
        ["new", "tenant"], data: handheld.data, columns: columns, environment: environment)
    }
    let first = try start()
    #expect(first.awaits("姓名（必填）: "))
    first.type("王芳")
    #expect(first.awaits("面积 [80]: "))
    first.type("95")
    // The next question is on the screen: the answer before it is on the disk.
    #expect(first.awaits("电话: "))
    #expect(first.end(bySignal: SIGKILL) == SIGKILL)
    #expect(try handheld.store().drafts().map(\.current) == ["/data/home/phone"])

    let second = try start()
    #expect(second.awaits("[Y/n]"))
    second.type("")
    #expect(second.awaits("电话: "))
    second.type("<")
    #expect(second.awaits("面积 [95]: "))
    second.type(".")
    #expect(second.awaits("草稿已存本机"))
    #expect(second.end() == 0)
  }

  @Test("Ctrl-C leaves with 130 and the terminal in order; Ctrl-D leaves with 0")
  func leaving() throws {
    let handheld = try Handheld(grids: [Handheld.west])
    try handheld.take(form: "tenant", version: "1", TenantForm.first)
    for terminal in ["xterm", "dumb"] {
      let program = try TerminalProgram(
        ["new", "tenant", "--lang", "en"], data: handheld.data, columns: 60,
        environment: ["TERM=" + terminal])
      if terminal == "dumb" {
        #expect(program.awaits("[Y/n]"))
        program.type("n")
      }
      #expect(program.awaits("Name (required): "))
      program.type("Wang")
      #expect(program.awaits("Area [80]: "))
      program.type("\u{3}")
      #expect(program.awaits("The draft is saved"))
      // 130 as an exit status.
      #expect(program.end() == 130 << 8)
    }
    let program = try TerminalProgram(
      ["drafts", "resume", "--lang", "en"], data: handheld.data, columns: 60,
      environment: ["TERM=xterm"])
    #expect(program.awaits("Area [80]: "))
    program.type("\u{4}")
    #expect(program.awaits("The draft is saved"))
    #expect(program.end() == 0)
  }
}
