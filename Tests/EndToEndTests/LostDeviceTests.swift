import Foundation
import HTTP
import Support
import Testing

/// Devices that are revoked, lost, wiped, cloned, with the real programs.
@Suite(.serialized) struct LostDeviceTests {
  private func device(_ district: District, _ number: Int = 0) throws -> [String: Any] {
    let list = try district.admin(["device", "list", "--json"])
    let devices = try JSONSerialization.jsonObject(with: Data(list.output.utf8))
    return (devices as? [[String: Any]] ?? [])[number]
  }

  private func count(_ handheld: Handheld, _ kind: String) throws -> Int {
    let list = try handheld.run(["list", kind, "--json"])
    return list.output.components(separatedBy: "\"id\":").count - 1
  }

  @Test("a revoked device keeps everything, says what to do, and goes on when it is enrolled again")
  func revoked() throws {
    let district = try District()
    try district.serve()
    let hers = try district.enrolledHandheld("hers", worker: "W001")
    _ = try hers.json(["diary", "一", "--grid", MainRoadTests.grid])
    #expect(try hers.sync().status == 0)
    _ = try hers.json(["diary", "二", "--grid", MainRoadTests.grid])
    _ = try hers.json(MainRoadTests.report(photo: MainRoadTests.photo.path))
    let id = try #require(try device(district)["device"] as? String)
    #expect(try district.admin(["device", "revoke", id]).status == 0)

    for _ in 0..<2 {
      let refused = try Program("gridwalk-sync").run(["sync", "--data", hers.folder])
      #expect(refused.status == 5)
      #expect(refused.errors.contains("enrol"), "\(refused.errors)")
    }
    #expect(try hers.json(["queue"])["waiting"] as? Int == 3)
    #expect(try count(hers, "diary") == 2)
    // Work goes on without the centre.
    _ = try hers.json(["diary", "三", "--grid", MainRoadTests.grid])
    #expect(try hers.run(["doctor"]).status == 1)

    let code = try district.code(for: "W001")
    let again = try hers.run(["enroll", "http://127.0.0.1:\(district.port)", code])
    #expect(again.status == 0, "\(again.errors)")
    #expect(try hers.sync().status == 0)
    #expect(try hers.json(["queue"])["waiting"] as? Int == 0)
    #expect(try hers.json(["doctor"])["ok"] as? Bool == true)
    let other = try district.enrolledHandheld("other", worker: "W001")
    #expect(try count(other, "diary") == 3)
    #expect(try count(other, "event") == 1)
    #expect(try StoredPhotos.bytes(in: district).count == 1)
    #expect(try district.admin(["check"]).status == 0)
  }

  @Test("an administrator's order in the console: what waits is sent, then everything is gone")
  func wiped() throws {
    let district = try District()
    try district.serve()
    let hers = try district.enrolledHandheld("hers", worker: "W001")
    _ = try hers.json(["diary", "秘密", "--grid", MainRoadTests.grid])
    _ = try hers.json(MainRoadTests.report(photo: MainRoadTests.photo.path))
    let id = try #require(try device(district)["device"] as? String)
    let console = try Console(district)
    let page = try console.page("/console/devices/\(id)/wipe")
    let token = try #require(Console.formToken(in: page))
    let path = "/console/devices/\(id)/wipe"
    // Without the page's token, and by whoever is not signed in, nothing happens.
    #expect(try console.post(path, "unsent=drop&form_token=x").status == 403)
    #expect(try Console.anonymousPost(district, path, "unsent=drop&form_token=\(token)") == 303)
    #expect(try device(district)["wipe"] is NSNull)
    #expect(try console.post(path, "unsent=now&form_token=\(token)").status == 400)
    #expect(try console.post(path, "unsent=send&form_token=\(token)").status == 303)
    #expect(try console.page("/console/devices").contains("待擦除"))

    let ended = try Program("gridwalk-sync").run(["sync", "--data", hers.folder])
    #expect(ended.status == 5, "\(ended.errors)")
    #expect(ended.errors.contains("Everything on this device was deleted"), "\(ended.errors)")
    #expect(try StoredPhotos.bytes(in: district).count == 1)
    #expect(try Self.leavings(hers) == ["gridwalk.db", "lock"])
    let told = try hers.run(["list", "diary"])
    #expect(told.errors.contains("was wiped on"), "\(told.errors)")
    #expect(told.errors.contains("(admin)"))
    #expect(told.output.isEmpty)

    let after = try device(district)
    let wipe = try #require(after["wipe"] as? [String: Any])
    #expect(wipe["wiped"] is Int && wipe["told"] is Int && wipe["by"] as? String == "admin")
    #expect(after["revoked"] is Int)
    #expect(try console.page("/console/devices").contains("已擦除"))
    #expect(try district.admin(["check"]).status == 0)
    // A new code makes it a device again, of anybody.
    let code = try district.code(for: "W002")
    let again = try hers.run(["enroll", "http://127.0.0.1:\(district.port)", code])
    #expect(again.status == 0, "\(again.errors)")
    #expect(!(try hers.run(["list", "diary"]).errors.contains("was wiped")))
  }

  @Test("killed anywhere in a wipe, the next start of either program finishes it")
  func killedWiping() throws {
    let district = try District()
    try district.serve()
    let link = try FaultyProxy(targetPort: district.port)
    defer { link.stop() }
    let hers = try district.enrolledHandheld("hers", worker: "W001", through: link.port)
    _ = try hers.json(MainRoadTests.report(photo: MainRoadTests.photo.path))
    let id = try #require(try device(district)["device"] as? String)
    #expect(try district.admin(["device", "wipe", id, "--unsent", "drop"]).status == 0)
    // The answer to the report never comes; then the agent is killed.
    let agent = try hers.startSync()
    #expect(agent.waitForOutput { $0.contains("wipe-ordered") ? $0 : nil } != nil)
    agent.signal(SIGKILL)
    agent.wait()
    let told = try hers.run(["list", "event"])
    #expect(told.errors.contains("was wiped on"), "\(told.errors)")
    #expect(
      try Self.leavings(hers).filter { !$0.hasPrefix("gridwalk.db-") }
        == ["gridwalk.db", "lock"])
    let ended = try Program("gridwalk-sync").run(["sync", "--data", hers.folder])
    #expect(ended.status == 5)
    #expect((try device(district)["wipe"] as? [String: Any])?["wiped"] is Int)
  }

  @Test("an order to a lost device that is found is taken back")
  func withdrawn() throws {
    let district = try District()
    try district.serve()
    let hers = try district.enrolledHandheld("hers", worker: "W001")
    _ = try hers.json(["diary", "一", "--grid", MainRoadTests.grid])
    let id = try #require(try device(district)["device"] as? String)
    #expect(try district.admin(["device", "wipe", id]).status == 0)
    #expect(try district.admin(["device", "wipe", id, "--withdraw"]).status == 0)
    #expect(try district.admin(["device", "wipe", id, "--withdraw"]).status == 3)
    #expect(try hers.sync().status == 0)
    #expect(try count(hers, "diary") == 1)
    // Revoked, it can only be told to drop.
    #expect(try district.admin(["device", "revoke", id]).status == 0)
    #expect(try district.admin(["device", "wipe", id]).status == 7)
    #expect(try district.admin(["device", "wipe", id, "--unsent", "drop"]).status == 0)
    #expect(try hers.sync().output.contains("wipe-ordered"))
    #expect(try count(hers, "diary") == 0)
  }

  @Test("an operator who is no administrator cannot order a wipe")
  func operatorOnly() throws {
    let district = try District()
    try district.serve()
    _ = try district.enrolledHandheld("hers", worker: "W001")
    let made = try Program("gridwalkd").run(
      ["account", "op", "--data", district.centre], input: "operator-word\n")
    #expect(made.status == 0)
    let id = try #require(try device(district)["device"] as? String)
    let console = try Console(district, name: "op", password: "operator-word")
    let page = try console.page("/console/devices")
    #expect(!page.contains("/wipe"))
    let token = try #require(Console.formToken(in: page))
    let answer = try console.post(
      "/console/devices/\(id)/wipe", "unsent=drop&form_token=\(token)")
    #expect(answer.status == 403)
    #expect(try device(district)["wipe"] is NSNull)
  }

  @Test(
    "a cloned folder: both go on, the second under another incarnation, nothing lost or doubled")
  func cloned() throws {
    let district = try District()
    try district.serve()
    let hers = try district.enrolledHandheld("hers", worker: "W001")
    _ = try hers.json(["diary", "共有", "--grid", MainRoadTests.grid])
    #expect(try hers.sync().status == 0)
    _ = try hers.json(["diary", "复制前未传", "--grid", MainRoadTests.grid])
    let clone = district.handheld("clone")
    try FileManager.default.copyItem(atPath: hers.folder, toPath: clone.folder)
    _ = try hers.json(["diary", "原机", "--grid", MainRoadTests.grid])
    _ = try clone.json(["diary", "副本", "--grid", MainRoadTests.grid])
    _ = try clone.json(MainRoadTests.report(photo: MainRoadTests.photo.path))
    #expect(try hers.sync().status == 0)
    let forked = try clone.sync()
    #expect(forked.status == 0, "\(forked.output)")
    #expect(forked.output.contains("incarnation-changed"))
    // Both work on, in turns.
    for round in 0..<2 {
      for (handheld, name) in [(hers, "原"), (clone, "副")] {
        _ = try handheld.json(["diary", "\(name)\(round)", "--grid", MainRoadTests.grid])
        let ended = try handheld.sync()
        #expect(ended.status == 0, "\(ended.output)")
        #expect(!ended.output.contains("incarnation-changed"))
      }
    }
    #expect(try hers.sync().status == 0)
    let other = try district.enrolledHandheld("other", worker: "W001")
    for handheld in [hers, clone, other] {
      #expect(try count(handheld, "diary") == 8)
      #expect(try count(handheld, "event") == 1)
      #expect(try handheld.json(["queue"])["waiting"] as? Int == 0)
      #expect(try handheld.json(["doctor"])["ok"] as? Bool == true)
    }
    #expect(try device(district, 1)["incarnations"] as? Int == 2)
    let list = try district.admin(["device", "list"])
    #expect(list.output.contains("2 incarnations"), "\(list.output)")
    #expect(try Console(district).page("/console/devices").contains("2 个日志链"))
    #expect(try district.admin(["check"]).status == 0)
  }

  private static func leavings(_ handheld: Handheld) throws -> [String] {
    let root = URL(fileURLWithPath: handheld.folder)
    let all = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)
    return (all?.allObjects as? [URL] ?? []).filter { !$0.hasDirectoryPath }
      .map(\.lastPathComponent).sorted()
  }
}
