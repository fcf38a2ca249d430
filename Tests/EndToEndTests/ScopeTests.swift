import Foundation
import Support
import Testing

/// Grids change hands while devices are out, with the real programs.
@Suite(.serialized) struct ScopeTests {
  private static let first = "440399001001001"
  private static let third = "440399001001003"

  private func titles(_ handheld: Handheld, _ kind: String) throws -> Int {
    let list = try handheld.run(["list", kind, "--json"])
    return list.output.components(separatedBy: "\"id\":").count - 1
  }

  private func id(_ handheld: Handheld, _ kind: String) throws -> String {
    let list = try handheld.run(["list", kind, "--json"])
    let items = try JSONSerialization.jsonObject(with: Data(list.output.utf8))
    return (items as? [[String: Any]])?.first?["id"] as? String ?? ""
  }

  private func states(_ handheld: Handheld) throws -> [String: Int] {
    let queue = try handheld.json(["queue"])
    return ["waiting": queue["waiting"] as? Int ?? -1, "refused": queue["refused"] as? Int ?? -1]
  }

  @Test("a grid taken away with work waiting: refused, kept, given back, sent; nothing is lost")
  func takenAndGivenBack() throws {
    let district = try District()
    try district.serve()
    let hers = try district.enrolledHandheld("hers", worker: "W001")
    _ = try hers.json(MainRoadTests.household)
    #expect(try hers.sync().status == 0)
    let household = try id(hers, "household")

    // Offline: a change of what the centre has, a report with a photo, and a
    // diary in the other grid.
    _ = try hers.json(["edit", household, "--set", "room=202"])
    _ = try hers.json(MainRoadTests.report(photo: MainRoadTests.photo.path))
    _ = try hers.json(["diary", "另一格", "--grid", "440399001001002"])
    let taken = try district.admin(["worker", "grids", "W001", "--remove", Self.first, "--json"])
    #expect(try taken.json()["grids"] as? [String] == ["440399001001002"])

    let ended = try hers.sync()
    #expect(ended.status == 0, "\(ended.output) \(ended.errors)")
    // The photo of the refused report waits with it.
    #expect(try states(hers) == ["waiting": 1, "refused": 2])
    // What is refused stays until she decides; the rest of the grid is gone.
    #expect(try titles(hers, "household") == 1)
    #expect(try titles(hers, "event") == 1)
    #expect(try titles(hers, "person") == 0)
    #expect(try titles(hers, "diary") == 1)
    #expect(try StoredPhotos.bytes(in: district).isEmpty)
    #expect(try hers.sync().status == 0)
    #expect(try states(hers) == ["waiting": 1, "refused": 2])
    #expect(try hers.json(["doctor"])["ok"] as? Bool == true)

    #expect(try district.admin(["worker", "grids", "W001", "--add", Self.first]).status == 0)
    #expect(try hers.sync().status == 0)
    #expect(try titles(hers, "person") == 3)
    for kind in ["household", "event"] {
      #expect(try hers.run(["queue", "--retry", id(hers, kind)]).status == 0)
    }
    #expect(try hers.sync().status == 0)
    #expect(try states(hers) == ["waiting": 0, "refused": 0])
    let shown = try hers.json(["show", household])
    #expect((shown["fields"] as? [String: Any])?["room"] as? String == "202")
    #expect(try StoredPhotos.bytes(in: district) == [Data(contentsOf: MainRoadTests.photo)])
    #expect(try district.admin(["check"]).status == 0)
    let other = try district.enrolledHandheld("other", worker: "W001")
    for (kind, count) in [("household", 1), ("person", 3), ("event", 1), ("diary", 1)] {
      #expect(try titles(other, kind) == count)
    }
  }

  @Test("what nobody wants any more goes with its grid")
  func dismissed() throws {
    let district = try District()
    try district.serve()
    let hers = try district.enrolledHandheld("hers", worker: "W001")
    _ = try hers.json(["diary", "一", "--grid", Self.first])
    #expect(try hers.sync().status == 0)
    _ = try hers.json(["edit", id(hers, "diary"), "--set", "content=二"])
    #expect(try district.admin(["worker", "grids", "W001", "--remove", Self.first]).status == 0)
    #expect(try hers.sync().status == 0)
    #expect(try titles(hers, "diary") == 1)
    let items = try hers.json(["queue"])["items"] as? [[String: Any]]
    let op = try #require(items?.first?["op"] as? String ?? items?.first?["id"] as? String)
    #expect(try hers.run(["queue", "--dismiss", op]).status == 0)
    #expect(try titles(hers, "diary") == 0)
    #expect(try states(hers) == ["waiting": 0, "refused": 0])
  }

  @Test("a record moved between the grids of two workers changes hands, with its photo")
  func moved() throws {
    let district = try District()
    try district.serve()
    let hers = try district.enrolledHandheld("hers", worker: "W001")
    let his = try district.enrolledHandheld("his", worker: "W002")
    let report = try hers.json(MainRoadTests.report(photo: MainRoadTests.photo.path))
    #expect(try hers.sync().status == 0)
    #expect(try his.sync().status == 0)
    #expect(try titles(his, "event") == 0)

    #expect(try district.admin(["worker", "grids", "W001", "--add", Self.third]).status == 0)
    #expect(try hers.sync().status == 0)
    let event = try #require(report["id"] as? String)
    let moved = try hers.run(["edit", event, "--grid", Self.third, "--set", "description=移"])
    #expect(moved.status == 0, "\(moved.errors)")
    #expect(try hers.sync().status == 0)
    #expect(try his.sync().status == 0)
    #expect(try titles(his, "event") == 1)
    #expect((try his.json(["show", event])["photos"] as? [String])?.count == 1)

    // Both may change it now; then it is his alone, with her change unsent.
    _ = try hers.json(["edit", event, "--set", "description=她改"])
    #expect(try district.admin(["worker", "grids", "W001", "--remove", Self.third]).status == 0)
    #expect(try hers.sync().status == 0)
    #expect(try states(hers) == ["waiting": 0, "refused": 1])
    #expect(try titles(hers, "event") == 1)
    _ = try his.json(["edit", event, "--set", "description=他改"])
    #expect(try his.sync().status == 0)
    #expect(try states(his) == ["waiting": 0, "refused": 0])
    #expect(try district.admin(["check"]).status == 0)
  }

  @Test("grids that do not exist or are not hers are refused, and nothing is changed")
  func refused() throws {
    let district = try District()
    for (arguments, says) in [
      (["worker", "grids", "W001", "--add", "440399001001999"], "440399001001999"),
      (["worker", "grids", "W001", "--add", "440399001"], "440399001"),
      (["worker", "grids", "W001", "--add", Self.third, "--remove", Self.third], Self.third),
      (["worker", "grids", "W999", "--add", Self.third], "W999"),
    ] {
      let ended = try district.admin(arguments)
      #expect(ended.status == 3, "\(arguments)")
      #expect(ended.errors.contains(says), "\(ended.errors)")
    }
    let list = try district.admin(["worker", "list"]).output
    #expect(list.contains("440399001001001 440399001001002"))
  }
}
