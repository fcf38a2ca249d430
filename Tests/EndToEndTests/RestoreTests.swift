import Foundation
import Support
import Testing

/// A centre that lost its disk is served from a backup, with the real programs:
/// the devices bring back what it lacks.
@Suite(.serialized) struct RestoreTests {
  private func count(_ handheld: Handheld, _ kind: String) throws -> Int {
    let list = try handheld.run(["list", kind, "--json"])
    return list.output.components(separatedBy: "\"id\":").count - 1
  }

  private func content(_ handheld: Handheld, _ id: String) throws -> String? {
    let fields = try handheld.json(["show", id])["fields"] as? [String: Any]
    return fields?["content"] as? String
  }

  /// Puts a copy of the backup in the centre's place and serves it.
  private func restore(_ district: District, from backup: String) throws {
    district.stop(SIGKILL)
    try FileManager.default.removeItem(atPath: district.centre)
    try FileManager.default.copyItem(atPath: backup, toPath: district.centre)
    try district.serve()
  }

  private func sync(_ handheld: Handheld) throws {
    let ended = try handheld.sync()
    #expect(ended.status == 0, "\(ended.output) \(ended.errors)")
  }

  @Test("two restorations of one backup: operations, photos and everybody's values come back")
  func twice() throws {
    let district = try District()
    try district.serve()
    let hers = try district.enrolledHandheld("hers", worker: "W001")
    let colleague = try district.enrolledHandheld("colleague", worker: "W001")
    let diary = try hers.json(["diary", "备份前", "--grid", MainRoadTests.grid])
    let id = try #require(diary["id"] as? String)
    try sync(hers)
    try sync(colleague)
    let backup = district.folder.appendingPathComponent("backup").path
    #expect(try district.admin(["backup", backup]).status == 0)

    _ = try hers.json(MainRoadTests.report(photo: MainRoadTests.photo.path))
    _ = try hers.json(["edit", id, "--set", "content=备份后"])
    try sync(hers)
    try sync(colleague)
    #expect(try content(colleague, id) == "备份后")

    for round in 1...2 {
      try restore(district, from: backup)
      #expect(try StoredPhotos.bytes(in: district).isEmpty)
      // She has seen what was lost; he writes over it, having seen it too.
      try sync(hers)
      try sync(colleague)
      #expect(try StoredPhotos.bytes(in: district) == [Data(contentsOf: MainRoadTests.photo)])
      #expect(try content(colleague, id) == (round == 1 ? "备份后" : "恢复 1"))
      _ = try colleague.json(["edit", id, "--set", "content=恢复 \(round)"])
      try sync(colleague)
      try sync(hers)
      #expect(try content(hers, id) == "恢复 \(round)")
      for handheld in [hers, colleague] {
        #expect(try count(handheld, "event") == 1)
        #expect(try count(handheld, "diary") == 1)
        #expect(try handheld.json(["queue"])["waiting"] as? Int == 0)
        #expect(try handheld.json(["doctor"])["ok"] as? Bool == true)
      }
      let check = try district.admin(["check", "--json"])
      #expect(check.status == 0, "\(check.output)")
    }
    let fresh = try district.enrolledHandheld("fresh", worker: "W001")
    #expect(try content(fresh, id) == "恢复 2")
    #expect(try count(fresh, "event") == 1)
  }
}
