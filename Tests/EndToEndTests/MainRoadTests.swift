import Foundation
import Support
import Testing

/// The whole road with the real programs and a bad link between them.
@Suite(.serialized) struct MainRoadTests {
  static let grid = "440399001001001"
  static let photo = Checkout.root.appendingPathComponent("script/demo-photo.jpg")

  @Test("a report goes from the handheld through cuts and a kill to the centre's receipt")
  func road() throws {
    let district = try District()
    try district.serve()
    let link = try FaultyProxy(targetPort: district.port)
    defer { link.stop() }
    let hers = try district.enrolledHandheld("hers", worker: "W001", through: link.port)
    district.stop()

    let household = try hers.json(Self.household)
    #expect((household["records"] as? [Any])?.count == 4)
    _ = try hers.json(["diary", "水压低", "--grid", Self.grid])
    let report = try hers.json(Self.report(photo: Self.photo.path))
    #expect((report["flags"] as? [String])?.contains("position-outside-grid") != true)
    let offline = try hers.sync()
    #expect(offline.status == 6)
    #expect(try hers.json(["queue"])["waiting"] as? Int == 7)

    try district.serve()
    link.setTarget(port: district.port)
    link.limit(.uplink, bytesPerSecond: 12_000)
    let killed = try hers.startSync()
    // The photo is on its way: the link breaks, the agent goes on by itself,
    // and is killed then.
    #expect(killed.waitForOutput { $0.contains("\"event\":\"photo\"") ? $0 : nil } != nil)
    link.cut(.uplink, afterBytes: 9_000, scope: .total)
    let resumed = killed.waitForOutput { Self.resumedAt($0) }
    let first = try #require(resumed)
    #expect(first > 0)
    killed.signal(SIGKILL)
    #expect(killed.wait().status == 128 + SIGKILL)

    let ended = try hers.sync()
    #expect(ended.status == 0)
    let second = ended.output.split(separator: "\n").compactMap { Self.resumedAt(String($0)) }.last
    #expect(try #require(second) >= first)
    let queue = try hers.json(["queue", "--all"])
    #expect(queue["waiting"] as? Int == 0)
    let states = (queue["items"] as? [[String: Any]])?.map { $0["state"] as? String }
    #expect(states == Array(repeating: "received", count: 7))

    let bytes = try Data(contentsOf: Self.photo)
    #expect(try StoredPhotos.bytes(in: district) == [bytes])
    #expect(try district.admin(["check"]).status == 0)

    let other = try district.enrolledHandheld("other", worker: "W001")
    let people = try other.run(["list", "person", "--json"])
    #expect(people.output.components(separatedBy: "\"id\":").count - 1 == 3)

    let events = try Console(district).page("/console/events")
    #expect(events.contains("井盖缺失"))
    #expect(events.contains("/console/photos/"))
  }

  @Test("a position outside the grid is kept and flagged")
  func outside() throws {
    let district = try District()
    try district.serve()
    let hers = try district.enrolledHandheld("hers", worker: "W001")
    let report = try hers.json(
      ["report", "01001", "--set", "description=远处", "--at", "22.60,114.20", "--grid", Self.grid])
    #expect((report["flags"] as? [String])?.contains("position-outside-grid") == true)
    #expect(try hers.sync().status == 0)
    let page = try Console(district).page("/console/events/\(report["id"] as? String ?? "")")
    #expect(page.contains("位置不在网格内"))
    #expect(page.contains("22.6"))
  }

  @Test("camera photos of others arrive byte for byte", arguments: ["DSCN0010.jpg", "no_exif.jpg"])
  func cameraPhoto(name: String) throws {
    guard let photo = Checkout.shared("data/photos/\(name)") else { return }
    let district = try District()
    try district.serve()
    let hers = try district.enrolledHandheld("hers", worker: "W001")
    _ = try hers.json(Self.report(photo: photo.path))
    #expect(try hers.sync().status == 0)
    #expect(try StoredPhotos.bytes(in: district) == [Data(contentsOf: photo)])
  }

  static let household = [
    "new", "household", "--grid", grid,
    "--set", "estate=江口花园", "--set", "building=3", "--set", "room=201",
    "--set", "member[1]/name=梁鑫", "--set", "member[1]/relationship=0",
    "--set", "member[2]/name=王芳", "--set", "member[2]/relationship=1",
    "--set", "member[3]/name=梁宇", "--set", "member[3]/relationship=2",
  ]

  static func report(photo: String) -> [String] {
    [
      "report", "01001", "--set", "description=3栋门前井盖缺失", "--photo", photo, "--grid", grid,
    ]
  }

  /// The offset in a line `{"at":N,"event":"resumed",…}`.
  static func resumedAt(_ line: String) -> Int? {
    guard line.contains("\"event\":\"resumed\""),
      let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
    else { return nil }
    return object["at"] as? Int
  }
}

/// The photos that a centre holds, read from its disk.
enum StoredPhotos {
  static func bytes(in district: District) throws -> [Data] {
    let root = URL(fileURLWithPath: district.centre).appendingPathComponent("photos")
    let files = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)
    return try (files?.allObjects as? [URL] ?? [])
      .filter { !$0.hasDirectoryPath }
      .sorted { $0.path < $1.path }
      .map { try Data(contentsOf: $0) }
      // Thumbnails lie beside the photos; no photo of the tests is as small.
      .filter { $0.count > 15_000 }
  }
}
