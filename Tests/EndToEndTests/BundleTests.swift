import Foundation
import Support
import Testing

/// What waits on a handheld, carried to the centre as a file.
@Suite(.serialized) struct BundleTests {
  /// A district, a handheld with a report and its photo, and their bundle.
  private struct Scene {
    let district: District
    let hers: Handheld

    init() throws {
      district = try District()
      try district.serve()
      hers = try district.enrolledHandheld("hers", worker: "W001")
      _ = try hers.json(MainRoadTests.report(photo: MainRoadTests.photo.path))
      try write("水压低")
    }

    func write(_ text: String) throws {
      _ = try hers.json(["diary", text, "--grid", MainRoadTests.grid])
    }

    func file(_ name: String) -> String { district.folder.appendingPathComponent(name).path }

    @discardableResult
    func pack(_ name: String, _ options: [String] = []) throws -> [String: Any] {
      try hers.json(["bundle", file(name)] + options)
    }

    func take(_ name: String, _ options: [String] = []) throws -> Program.Ended {
      try district.admin(["import", file(name), "--json"] + options)
    }

    func bytes(_ name: String) throws -> Data {
      try Data(contentsOf: URL(fileURLWithPath: file(name)))
    }

    func put(_ bytes: Data, _ name: String) throws {
      try bytes.write(to: URL(fileURLWithPath: file(name)))
    }
  }

  private func tool(_ arguments: [String]) throws -> (status: Int32, output: Data) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, output)
  }

  @Test("a bundle brings everything once, however often and in whatever order it comes")
  func road() throws {
    let scene = try Scene()
    let packed = try scene.pack("first.tar")
    #expect(packed["operations"] as? Int == 2)
    #expect(packed["photos"] as? Int == 1)
    // An outside program reads it, and finds the photo byte for byte.
    let photo = try Data(contentsOf: MainRoadTests.photo)
    let listing = try tool(["tar", "tf", scene.file("first.tar")])
    #expect(listing.status == 0)
    let names = String(decoding: listing.output, as: UTF8.self).split(separator: "\n")
    #expect(
      names.prefix(4) == [
        "manifest.json", "manifest.mac", "segments/urgent-1-1.jsonl", "segments/normal-1-1.jsonl",
      ])
    let name = try #require(names.last)
    #expect(try tool(["tar", "xOf", scene.file("first.tar"), String(name)]).output == photo)

    try scene.write("又停水了")
    try scene.pack("second.tar")
    let newer = try scene.take("second.tar")
    #expect(newer.status == 0)
    #expect(try newer.json()["operations"] as? Int == 3)
    #expect(try newer.json()["photos"] as? Int == 1)
    for again in ["first.tar", "second.tar"] {
      let ended = try scene.take(again)
      #expect(ended.status == 0)
      #expect(try ended.json()["operations"] as? Int == 0)
      #expect(try ended.json()["photos"] as? Int == 0)
      #expect(try (ended.json()["repeated"] as? Int ?? 0) > 0)
    }
    #expect(try StoredPhotos.bytes(in: scene.district) == [photo])

    // Packed is not received: only the centre's receipt is.
    #expect(try scene.hers.json(["queue"])["waiting"] as? Int == 4)
    #expect(try scene.hers.sync().status == 0)
    #expect(try scene.hers.json(["queue"])["waiting"] as? Int == 0)
    #expect(try scene.hers.json(["bundle", scene.file("third.tar")])["operations"] as? Int == 0)
    #expect(!FileManager.default.fileExists(atPath: scene.file("third.tar")))
    // What came by network before is a repeat in a bundle.
    try scene.pack("all.tar", ["--all"])
    #expect(try scene.take("all.tar").json()["repeated"] as? Int == 3)
    #expect(try scene.district.admin(["check"]).status == 0)
    let events = try Console(scene.district).page("/console/events")
    #expect(events.components(separatedBy: "井盖缺失").count == 2)
  }

  @Test("a bundle altered in any member, or cut anywhere, is refused whole")
  func tampered() throws {
    let scene = try Scene()
    try scene.pack("good.tar")
    let good = try scene.bytes("good.tar")
    // Of each member its header, its first byte and its padding.
    var places: [Int] = []
    var offset = 0
    while offset + 1024 < good.count {
      let digits = good[(offset + 124)..<(offset + 135)]
      let size = try #require(Int(String(decoding: digits, as: UTF8.self), radix: 8))
      let padded = (size + 511) / 512 * 512
      places += [offset + 1, offset + 513, offset + 512 + padded - 1]
      offset += 512 + padded
    }
    places.append(good.count - 1)
    #expect(places.count == 5 * 3 + 1)
    for place in places {
      var bad = good
      bad[place] ^= 0x20
      try scene.put(bad, "bad.tar")
      let ended = try scene.take("bad.tar")
      #expect(ended.status == 4, "byte \(place): \(ended.errors)")
      #expect(ended.output.isEmpty)
    }
    let blocks = Array(stride(from: 512, to: good.count, by: 512))
    let sample = blocks.prefix(6) + blocks.suffix(6)
    for length in sample {
      try scene.put(good.prefix(length), "cut.tar")
      let ended = try scene.take("cut.tar")
      #expect(ended.status == 4, "\(length) bytes")
      #expect(ended.errors.contains("Copy it again"), "\(length) bytes: \(ended.errors)")
    }
    // Nothing of them was taken: the good one still brings everything.
    let ended = try scene.take("good.tar")
    #expect(try ended.json()["operations"] as? Int == 2)
    #expect(try ended.json()["photos"] as? Int == 1)
  }

  @Test("an interrupted copy goes on where it stopped and comes to the same bytes")
  func resumed() throws {
    let scene = try Scene()
    try scene.pack("whole.tar")
    let whole = try scene.bytes("whole.tar")
    for length in [0, 1, 511, 700, whole.count / 2, whole.count] {
      try scene.put(whole.prefix(length), "again.tar.part")
      let packed = try scene.pack("again.tar")
      #expect(packed["kept"] as? Int == length)
      #expect(try scene.bytes("again.tar") == whole)
    }
    // What a pulled stick made of it, or another bundle's beginning, goes.
    try scene.put(whole.prefix(5000) + Data(count: whole.count), "again.tar.part")
    #expect(try scene.pack("again.tar")["kept"] as? Int ?? 0 >= 5000)
    #expect(try scene.bytes("again.tar") == whole)
    // Killed at any moment, it leaves the whole file under the name or none.
    for pause in 0..<12 {
      try? FileManager.default.removeItem(atPath: scene.file("killed.tar"))
      let running = try Program("gridwalk").start([
        "bundle", scene.file("killed.tar"), "--data", scene.hers.folder,
      ])
      usleep(UInt32(pause) * 3000)
      running.signal(SIGKILL)
      running.wait()
      if FileManager.default.fileExists(atPath: scene.file("killed.tar")) {
        #expect(try scene.bytes("killed.tar") == whole)
      }
      try scene.pack("killed.tar")
      #expect(try scene.bytes("killed.tar") == whole)
    }
    #expect(!FileManager.default.fileExists(atPath: scene.file("killed.tar.part")))
  }

  @Test("a bundle with a gap is told what is missing, and the whole journal fills it")
  func gap() throws {
    let scene = try Scene()
    let earlier = scene.file("earlier")
    #expect(try scene.district.admin(["backup", earlier]).status == 0)
    #expect(try scene.hers.sync().status == 0)
    try scene.write("又停水了")
    try scene.pack("late.tar")
    let centre = Program("gridwalkd")
    let late = try centre.run(["import", scene.file("late.tar"), "--json", "--data", earlier])
    #expect(late.status == 7)
    let left = try late.json()["left"] as? [[String: Any]]
    #expect(left?.first?["lane"] as? String == "normal")
    #expect(left?.first?["expected"] as? Int == 1)
    try scene.pack("all.tar", ["--all"])
    let all = try centre.run(["import", scene.file("all.tar"), "--json", "--data", earlier])
    #expect(all.status == 0)
    #expect(try all.json()["operations"] as? Int == 3)
    #expect(try centre.run(["check", "--data", earlier]).status == 0)
  }

  @Test("a revoked device's bundle needs somebody who vouches for it")
  func revoked() throws {
    let scene = try Scene()
    try scene.pack("lost.tar")
    let devices = try scene.district.admin(["device", "list"]).output
    let device = try #require(devices.split(separator: "\t").first)
    #expect(try scene.district.admin(["device", "revoke", String(device)]).status == 0)
    let refused = try scene.take("lost.tar")
    #expect(refused.status == 5)
    #expect(refused.errors.contains("revoked"))
    let taken = try scene.take("lost.tar", ["--revoked"])
    #expect(taken.status == 0)
    #expect(try taken.json()["operations"] as? Int == 2)
  }

  @Test("what is no bundle, or another district's, is refused in words")
  func foreign() throws {
    let scene = try Scene()
    try scene.put(Data("hello".utf8), "note.txt")
    #expect(try scene.take("note.txt").status == 4)
    #expect(try scene.take("missing.tar").status == 3)
    #expect(try scene.take("/").status == 3)
    let kept = try scene.hers.run(["bundle", scene.file("note.txt")])
    #expect(kept.status == 7)
    #expect(try scene.bytes("note.txt") == Data("hello".utf8))
    try scene.pack("ours.tar")
    let other = try District()
    let ended = try other.admin(["import", scene.file("ours.tar")])
    #expect(ended.status == 4)
    #expect(ended.errors.contains("no device"))
    let stranger = scene.district.handheld("stranger")
    #expect(try stranger.run(["bundle", scene.file("none.tar")]).status != 0)
  }
}
