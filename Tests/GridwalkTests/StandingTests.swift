import CLI
import Domain
import FieldCore
import SyncProtocol
import Terminal
import Testing

@testable import gridwalk

@Suite("Saved here and received by the centre")
struct StandingTests {
  private static func reported(_ handheld: Handheld) throws -> String {
    try handheld.run(
      "report", "06010", "--set", "description=楼下", "--grid", Handheld.west, "--json"
    ).json["id"].plain
  }

  @Test("an item is received only when its receipt is held")
  func states() throws {
    let handheld = try Handheld()
    let id = try Self.reported(handheld)
    func state() throws -> FieldValue { try handheld.run("show", id, "--json").json["state"] }
    #expect(try state() == "saved")
    try handheld.seal(.urgent)
    #expect(try state() == "sending")
    #expect(handheld.run("history", id).errors.isEmpty)
    #expect(!handheld.run("history", id).output.contains("received"))
    try handheld.receiveAll()
    #expect(try state() == "received")
    #expect(try handheld.run("queue", "--json").json["waiting"] == 0)
    #expect(try handheld.run("queue", "--json").json["items"] == .array([]))
    let all = try handheld.run("queue", "--all", "--json").json["items"].elements
    #expect(all.count == 1)
    #expect(all.first?["state"] == "received")
    #expect(all.first?["version"] == 101)
    #expect(all.first?["receivedAt"] == .integer(handheld.machine.now))
    #expect(all.first?["record"] == .text(id))
  }

  @Test("a refused item stays in the queue with the reason until it is dismissed")
  func refused() throws {
    let handheld = try Handheld()
    let id = try Self.reported(handheld)
    try handheld.refuseAll(.urgent, .gridOutOfScope)
    let queue = try handheld.run("queue", "--json").json
    #expect(queue["refused"] == 1)
    let item = try #require(queue["items"].elements.first)
    #expect(item["state"] == "refused")
    #expect(item["code"] == "grid-out-of-scope")
    #expect(handheld.run("queue", language: .chinese).output.contains("被中心退回：不是你的网格"))
    #expect(try handheld.run("show", id, "--json").json["state"] == "refused")
    #expect(handheld.run("doctor").output.contains("1 refused by the centre"))
    let again = try handheld.run("queue", "--retry", id, "--json").json
    #expect(again["waiting"] == 1)
    #expect(try handheld.run("queue", "--json").json["refused"] == 0)
    try handheld.refuseAll(.urgent, .gridUnknown)
    let second = try #require(try handheld.run("queue", "--json").json["items"].elements.first)
    #expect(second["code"] == "grid-unknown")
    let dismissed = handheld.run("queue", "--dismiss", String(second["id"].plain.suffix(6)))
    #expect(dismissed.code == .ok, "\(dismissed.errors)")
    #expect(try handheld.run("queue", "--json").json["refused"] == 0)
    #expect(try handheld.run("history", id, "--json").json.elements.first?["state"] == "refused")
  }

  @Test("undo takes back the newest action until it is on its way")
  func undo() throws {
    let handheld = try Handheld()
    handheld.run("diary", "一", "--grid", Handheld.west)
    let id = try handheld.run("diary", "二", "--json").json["id"].plain
    let undone = try handheld.run("undo", "--json").json
    #expect(undone["undone"].elements.map { $0["record"].plain } == [id])
    #expect(undone["undone"].elements.first?["action"] == "create")
    #expect(try handheld.run("list", "diary", "--json").json.elements.count == 1)
    #expect(handheld.run("edit", id, "--set", "content=三").code == .notFound)
    try handheld.receiveAll()
    let late = handheld.run("undo")
    #expect(late.code == .failure)
    #expect(late.errors.contains("already received by the centre"))
    #expect(late.errors.contains("gridwalk edit"))
  }

  @Test("the bare command tells the day's facts without asking")
  func home() throws {
    let handheld = try Handheld()
    try _ = Self.reported(handheld)
    try handheld.receiveAll()
    handheld.run("diary", "一")
    let when = LocalTime.dateAndTime(handheld.machine.now)
    let bytes = ByteCount.text(try handheld.store().queueSummary().operations[.normal]?.bytes ?? 0)
    #expect(
      handheld.run().output == """
        \(when)  王秀兰
        grids 江口01网格, 江口02网格
        today: 2 done, 1 received by the centre
        saved here, waiting: 1 (\(bytes))
        never synced

        """)
    #expect(
      handheld.run(language: .chinese).output == """
        \(when)  王秀兰
        网格 江口01网格、江口02网格
        今日 2 条，中心已收 1 条
        已存本机、待传 1 条（\(bytes)）
        还没有同步过

        """)
    let json = try handheld.run("--json").json
    #expect(json["today"] == .object(["saved": 2, "received": 1]))
    #expect(json["waiting"] == 1)
    #expect(json["worker"]["name"] == "王秀兰")
    #expect(json["drafts"] == .array([]))
  }

  @Test("one key does one action on the home screen")
  func keys() throws {
    let handheld = try Handheld(grids: [Handheld.west])
    let reader = ScriptedReader([
      .init("key:", .key(.character("d"))), .init("What was done", .line("看望王阿姨")),
      .init("Time", .line("=")), .init("key:", .key(.character("q"))),
      .init("key:", .key(.character("s"))), .init("key:", .key(.character("u"))),
      .init("key:", .key(.character("z"))), .init("key:", .key(.character("x"))),
    ])
    let ran = handheld.run(reader: reader)
    #expect(ran.code == .ok, "\(ran.errors)")
    #expect(reader.stepsLeft == 0)
    #expect(ran.errors.contains("✓ saved on this device: 看望王阿姨"))
    #expect(ran.output.contains("saved here, waiting"))
    #expect(ran.errors.contains("✓ taken back on this device: create 看望王阿姨"))
    #expect(ran.errors.contains("There is no key z."))
    #expect(handheld.machine.agentRuns == [["sync", "--data", handheld.data, "--lang", "en"]])
    #expect(handheld.machine.becomings == [])
  }

  @Test("enroll and sync hand everything on, and their exit code back")
  func agent() throws {
    let handheld = try Handheld()
    handheld.machine.agentCode = 6
    #expect(handheld.run("sync", "--json", "--lang", "zh").code == .offline)
    #expect(handheld.run("同步", "--watch").code == .offline)
    handheld.machine.agentCode = 0
    #expect(handheld.run("enroll", "http://c", "AB-12", "--name", "-n").code == .ok)
    handheld.machine.agentCode = 130
    #expect(handheld.run("s").code == .interrupted)
    handheld.machine.agentCode = nil
    let missing = handheld.run("sync")
    #expect(missing.code == .failure)
    #expect(missing.errors.contains("gridwalk-sync"))
    let data = handheld.data
    let expected: [[String]] = [
      ["sync", "--data", data, "--lang", "zh", "--json"],
      ["watch", "--data", data, "--lang", "en"],
      ["enroll", "--data", data, "--lang", "en", "--name", "-n", "--", "http://c", "AB-12"],
    ]
    #expect(Array(handheld.machine.becomings.prefix(3)) == expected)
    #expect(handheld.machine.agentRuns == [])
  }

  @Test("doctor warns of disk and clock and fails on a photo that changed")
  func doctor() throws {
    let handheld = try Handheld()
    let sound = try handheld.run("doctor", "--json").json
    #expect(sound["ok"] == true)
    #expect(
      sound["checks"].elements.map { "\($0["check"].plain) \($0["state"].plain)" } == [
        "disk ok", "enrolment ok", "integrity ok", "clock ok", "queue ok", "sync warn",
        "conflicts ok",
      ])
    handheld.machine.free = 199_000_000
    let low = handheld.run("doctor", language: .chinese)
    #expect(low.code == .ok)
    #expect(low.output.contains("注意 磁盘只剩 199 MB\n  → 删去不用的文件"))

    let photo = try handheld.photo("a.jpg")
    let id = try handheld.run(
      "report", "06010", "--set", "description=x", "-p", photo, "--grid", Handheld.west, "--json"
    ).json["id"].plain
    let name = try handheld.run("show", id, "--json").json["photos"].at(0).plain
    _ = try handheld.file("data/photos/\(name.prefix(2))/\(name)", [1, 2, 3])
    let broken = handheld.run("doctor")
    #expect(broken.code == .failure)
    #expect(broken.output.contains("FAIL damaged: photo \(name) is not what it was"))
    #expect(broken.output.contains("  → copy the whole data directory"))
  }

  @Test("find looks at names and last digits, and shows numbers masked")
  func find() throws {
    let handheld = try Handheld()
    handheld.run(
      "new", "person", "--set", "name=梁鑫", "--set", "phone=13812345678", "--grid", Handheld.west)
    for text in ["梁", "5678"] {
      let found = try handheld.run("find", text, "--json").json.elements
      #expect(found.map { $0["title"].plain } == ["梁鑫"])
    }
    let shown = handheld.run("show", try handheld.run("find", "梁", "--json").json.at(0)["id"].plain)
    #expect(shown.output.contains("138****5678"))
    #expect(!shown.output.contains("13812345678"))
    #expect(
      !handheld.run("history", try handheld.run("find", "梁", "--json").json.at(0)["id"].plain)
        .output.contains("13812345678"))
    #expect(try handheld.run("find", "梁", "--kind", "diary", "--json").json == .array([]))
  }

  @Test("completion and manual name every command in both languages")
  func shells() throws {
    let handheld = try Handheld()
    for shell in ["bash", "zsh", "fish"] {
      let script = handheld.run("completion", shell).output
      for command in ClientTable.table.commands {
        #expect(script.contains(command.name) && script.contains(command.chineseName))
      }
    }
    #expect(handheld.run("man", language: .chinese).output.hasPrefix(".TH"))
    #expect(handheld.run("--version").output == "gridwalk 0.1.0\n")
    let letters = ClientTable.table.commands.compactMap(\.key)
    #expect(Set(letters).count == letters.count)
  }
}
