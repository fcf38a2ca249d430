import Foundation
import Support
import Testing

/// The administrator's first steps and slips, with the real program.
@Suite(.serialized) struct AdministrationTests {
  @Test("a centre is founded below folders that are not there yet, and by default in XDG's")
  func founding() throws {
    let home = try TemporaryHome()
    let forms = Checkout.root.appendingPathComponent("Forms").path
    let ended = try Program("gridwalkd").run(
      ["init", "--demo", "--forms", forms], environment: home.environment)
    #expect(ended.status == 0, "\(ended.errors)")
    let place = home.path + "/.local/share/gridwalkd/gridwalkd.db"
    #expect(FileManager.default.fileExists(atPath: place))
    let list = try Program("gridwalkd").run(["grid", "list"], environment: home.environment)
    #expect(list.output.split(separator: "\n").count == 9)
  }

  @Test("what cannot be founded or served is refused with the reason, and nothing is changed")
  func refusals() throws {
    let district = try District()
    try district.serve()
    let forms = Checkout.root.appendingPathComponent("Forms").path
    let cases: [(arguments: [String], status: Int32, says: String)] = [
      (["init", "--demo", "--forms", forms, "--data", district.centre], 7, "There is a centre in"),
      (
        ["init", "--demo", "--forms", forms, "--data", district.folder.path], 7,
        "holds other files"
      ),
      (["init", "--forms", forms, "--data", district.folder.path + "/new"], 2, "--city"),
      (["check", "--data", district.folder.path + "/none"], 3, "There is no centre"),
      (["serve", "--data", district.centre], 7, "is being served already"),
      (["serve", "--data", district.centre, "--listen", "nonsense"], 2, "is no address"),
      (["device", "code", "W999", "--data", district.centre], 3, "There is no worker W999"),
      (["device", "revoke", "ffff", "--data", district.centre], 3, "There is no device ffff"),
    ]
    for (arguments, status, says) in cases {
      let ended = try Program("gridwalkd").run(arguments)
      #expect(ended.status == status, "\(arguments): \(ended.errors)")
      #expect(ended.errors.contains(says), "\(arguments): \(ended.errors)")
    }
    let second = try District()
    let taken = try Program("gridwalkd").run([
      "serve", "--data", second.centre, "--listen", "127.0.0.1:\(district.port)",
    ])
    #expect(taken.status == 1)
    #expect(taken.errors.contains("Another program listens"), "\(taken.errors)")
  }

  @Test("a served backup is another history: the handheld sends again what it lacks")
  func backup() throws {
    let district = try District()
    try district.serve()
    let link = try FaultyProxy(targetPort: district.port)
    defer { link.stop() }
    let hers = try district.enrolledHandheld("hers", worker: "W001", through: link.port)
    _ = try hers.json(["diary", "备份前", "--grid", MainRoadTests.grid])
    #expect(try hers.sync().status == 0)
    let copy = district.folder.appendingPathComponent("copy").path
    #expect(try district.admin(["backup", copy]).status == 0)
    _ = try hers.json(MainRoadTests.report(photo: MainRoadTests.photo.path))
    #expect(try hers.sync().status == 0)
    district.stop()

    let restored = try Program("gridwalkd").start([
      "serve", "--json", "--data", copy, "--listen", "127.0.0.1:\(district.port)",
    ])
    #expect(restored.waitForOutput { $0.contains("listening") ? $0 : nil } != nil)
    let ended = try hers.sync()
    #expect(ended.status == 0, "\(ended.output)")
    #expect(ended.output.contains("epoch-changed"))
    #expect(try hers.json(["queue"])["waiting"] as? Int == 0)
    restored.signal(SIGTERM)
    #expect(restored.wait().status == 0)
    let check = try Program("gridwalkd").run(["check", "--json", "--data", copy])
    #expect(check.status == 0)
    #expect(try check.json()["operations"] as? Int == 2)
    // The photo and its thumbnail.
    #expect(try check.json()["photos"] as? Int == 2)
  }
}

/// A home folder with nothing in it.
final class TemporaryHome {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent("gridwalk-home-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit {
    // What stays in the temporary folder does no harm.
    try? FileManager.default.removeItem(atPath: path)
  }

  var environment: [String: String] { ["HOME": path, "XDG_DATA_HOME": ""] }
}
