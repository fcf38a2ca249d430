import Foundation
import Glibc
import HTTP
import Support
import SyncProtocol
import Testing

/// Bad input meets the real programs: a clear answer, and nothing is lost.
@Suite(.serialized) struct BadInputTests {
  @Test("a wrong code, a used code and an address that is none are told apart")
  func codes() throws {
    let district = try District()
    try district.serve()
    let url = "http://127.0.0.1:\(district.port)"
    let code = try district.code(for: "W001")
    #expect(try district.handheld("hers").run(["enroll", url, code]).status == 0)
    let cases: [(arguments: [String], status: Int32, says: String)] = [
      (["enroll", url, "AAAA-AAAA"], 5, "The code is not known"),
      (["enroll", url, code], 5, "The code was used by another device"),
      (["enroll", "centre", code], 2, "is no address of a centre"),
      (["enroll", "http://127.0.0.1:1", code], 6, "the code is still good"),
    ]
    for (arguments, status, says) in cases {
      let ended = try district.handheld("other").run(arguments)
      #expect(ended.status == status, "\(arguments): \(ended.errors)")
      #expect(ended.errors.contains(says), "\(arguments): \(ended.errors)")
    }
    // The same handheld may repeat its own code: a lost answer strands nobody.
    #expect(try district.handheld("hers").run(["enroll", url, code]).status == 0)
  }

  @Test("a revoked device keeps everything and is told")
  func revoked() throws {
    let district = try District()
    try district.serve()
    let hers = try district.enrolledHandheld("hers", worker: "W001")
    _ = try hers.json(["diary", "停用前", "--grid", MainRoadTests.grid])
    let devices = try district.admin(["device", "list"]).output
    let id = String(devices.prefix { $0 != "\t" })
    #expect(try district.admin(["device", "revoke", id]).status == 0)
    let ended = try Program("gridwalk-sync").run(["sync", "--data", hers.folder, "--lang", "en"])
    #expect(ended.status == 5)
    #expect(ended.errors.contains("revoked this handheld"))
    #expect(try hers.json(["queue"])["waiting"] as? Int == 1)
  }

  @Test("GeoJSON that is wrong is refused with the place named, and no grid is imported")
  func geoJSON() throws {
    let district = try District()
    func square(_ id: String, _ x: Double, close: Bool = true, bow: Bool = false) -> String {
      var corners = [[x, 30.0], [x + 0.01, 30.0], [x + 0.01, 30.01], [x, 30.01]]
      if bow { corners.swapAt(2, 3) }
      if close { corners.append(corners[0]) }
      return """
        {"type":"Feature","properties":{"id":"\(id)","name":"格\(id)","level":"grid",
         "parent":"440399001001"},"geometry":{"type":"Polygon","coordinates":[\(corners)]}}
        """
    }
    let cases = [
      ([square("A1", 120), square("A2", 120.005)], "overlaps grid"),
      ([square("A1", 120, close: false)], "not closed"),
      ([square("A1", 120, bow: true)], "crosses itself"),
      (["{\"type\":"], "not a usable GeoJSON"),
    ]
    let before = try district.admin(["grid", "list"]).output
    for (features, says) in cases {
      let file = district.folder.appendingPathComponent("grids.geojson")
      let text =
        "{\"type\":\"FeatureCollection\",\"features\":[\(features.joined(separator: ","))]}"
      try Data(text.utf8).write(to: file)
      let ended = try district.admin(["grid", "import", file.path])
      #expect(ended.status == 4, "\(says): \(ended.errors)")
      #expect(ended.errors.contains(says), "\(ended.errors)")
    }
    #expect(try district.admin(["grid", "list"]).output == before)
    let unknown = try district.admin(["worker", "add", "W9", "赵", "--grid", "999"])
    #expect(unknown.status == 3)
    #expect(unknown.errors.contains("There is no grid 999"))
  }

  @Test("a photo that is no JPEG, one that is gone, a broken constraint: nothing is saved")
  func reports() throws {
    let district = try District()
    try district.serve()
    let hers = try district.enrolledHandheld("hers", worker: "W001")
    let text = district.folder.appendingPathComponent("text.jpg")
    try Data("no picture".utf8).write(to: text)
    let long = String(repeating: "长", count: 151)
    let cases: [([String], Int32)] = [
      (MainRoadTests.report(photo: text.path), 4),
      (MainRoadTests.report(photo: district.folder.path + "/gone.jpg"), 4),
      (["report", "01001", "--set", "description=\(long)", "--grid", MainRoadTests.grid], 4),
      (["report", "no-such-category", "--set", "description=x", "--grid", MainRoadTests.grid], 4),
      (["report", "01001", "--set", "description=x", "--grid", "440399001001009"], 3),
      (["new", "no-such-form"], 3),
      (["show", "000000"], 3),
      (["frobnicate"], 2),
    ]
    for (arguments, status) in cases {
      let ended = try hers.run(arguments + ["--json"])
      #expect(ended.status == status, "\(arguments): \(ended.errors)")
      #expect(!ended.errors.isEmpty)
      #expect(ended.output.isEmpty)
    }
    #expect(try hers.json(["queue"])["waiting"] as? Int == 0)
  }

  @Test("a database of a newer program is left alone by all three programs")
  func newer() throws {
    let district = try District()
    try district.serve()
    let hers = try district.enrolledHandheld("hers", worker: "W001")
    district.stop()
    for database in [hers.folder + "/gridwalk.db", district.centre + "/gridwalkd.db"] {
      try NewerDatabase.mark(database)
    }
    for ended in [
      try hers.run(["queue"]), try hers.sync(), try district.admin(["check"]),
    ] {
      #expect(ended.status == 1)
      #expect(ended.errors.contains("made by a newer program"), "\(ended.errors)")
    }
  }

  @Test("a folder with another worker's work is not enrolled for the next one")
  func otherWorker() throws {
    let district = try District()
    try district.serve()
    let url = "http://127.0.0.1:\(district.port)"
    let hers = try district.enrolledHandheld("hers", worker: "W001")
    _ = try hers.json(["diary", "她的日记", "--grid", MainRoadTests.grid])
    let ended = try hers.run(["enroll", url, district.code(for: "W002")])
    #expect(ended.status == 5)
    #expect(ended.errors.contains("holds the work of 王秀兰 (W001)"), "\(ended.errors)")
    // She is a device still, and her work goes up as hers.
    #expect(try hers.sync().status == 0)
    #expect(try hers.json(["queue"])["waiting"] as? Int == 0)
  }

  @Test("enrolment is told before the first sync, and stays told when that fails")
  func toldFirst() throws {
    let district = try District()
    try district.serve()
    let url = "http://127.0.0.1:\(district.port)"
    let told = try district.handheld("a").run(["enroll", url, district.code(for: "W001")])
    let lines = told.errors.split(separator: "\n")
    #expect(lines.first?.hasPrefix("✓ enrolled as 王秀兰") == true, "\(told.errors)")
    #expect(lines.count > 1)

    let json = try district.handheld("c").run(
      ["enroll", url, district.code(for: "W001"), "--json"])
    let events = json.output.split(separator: "\n")
    #expect(events.first?.contains("\"event\":\"enrolled\"") == true)
    #expect(events.last?.contains("\"result\":\"ok\"") == true)
    #expect(!json.output.contains("token"))

    // A portal that lets the enrolment through and nothing else.
    let gate = try EnrollOnlyGate(to: district.port)
    let half = try district.handheld("b").run(
      ["enroll", "http://127.0.0.1:\(gate.port)", district.code(for: "W001")])
    #expect(half.status == 6, "\(half.errors)")
    #expect(half.errors.contains("✓ enrolled as"))
    #expect(half.errors.contains("This handheld is enrolled"), "\(half.errors)")
  }

  @Test("gridwalk sync becomes the agent: there is one process to stop")
  func oneProcess() throws {
    let district = try District()
    try district.serve()
    let hers = try district.enrolledHandheld("hers", worker: "W001")
    let running = try Program("gridwalk").start(
      ["sync", "--watch", "--json", "--data", hers.folder])
    #expect(running.waitForOutput { $0.contains("\"finished\"") ? true : nil } == true)
    let program = try FileManager.default.destinationOfSymbolicLink(
      atPath: "/proc/\(running.processID)/exe")
    #expect(program.hasSuffix("/gridwalk-sync"))
    running.signal(SIGKILL)
    #expect(running.wait().status == 128 + SIGKILL)
    #expect(try hers.sync().status == 0, "nobody holds the folder any more")
  }

  @Test("guessing is limited by the address that the proxy appends, and by nobody else's word")
  func forwarded() throws {
    let district = try District()
    try district.serve()
    let wire = HTTPConnection(host: "127.0.0.1", port: district.port)
    func enroll(_ forwarded: String) throws -> Int {
      try wire.send(
        ClientRequest(
          method: "POST", target: "/v1/enroll", headers: ["X-Forwarded-For": forwarded]),
        body: .bytes(Array("{}".utf8)), responseLimit: 65_536
      ).status
    }
    for attempt in 0..<20 { #expect(try enroll("10.9.9.\(attempt), 203.0.113.7") == 400) }
    #expect(try enroll("10.9.9.99, 203.0.113.7") == 429)
    #expect(try enroll("203.0.113.8") == 400)
  }

  @Test("garbage on the port, a body over the limit and altered segments are refused")
  func wire() throws {
    let district = try District()
    try district.serve()
    let wire = try WireDevice(district)
    #expect(try wire.raw("\u{1}\u{2}garbage\r\n\r\n").hasPrefix("HTTP/1.1 400"))

    let metadata = WireDevice.metadata("photo", SHA256.hash([1]))
    let large = try wire.send(
      "POST", "/v1/uploads",
      ["Upload-Length": String(Limits.photoBytes + 1), "Upload-Metadata": metadata])
    #expect(large.status == 413)
    let enroll = try wire.send(
      "POST", "/v1/enroll", [:], body: [UInt8](repeating: 0x20, count: Limits.requestBytes + 1))
    #expect(enroll.status == 413)

    let segment = try wire.segment()
    for altered in [Array(segment.dropLast(40)), segment.map { $0 == 0x37 ? 0x38 : $0 }] {
      let answer = try wire.upload(segment: altered, announcing: SHA256.hash(segment))
      #expect(answer.status == 422, "\(String(decoding: answer.body, as: UTF8.self))")
      #expect(String(decoding: answer.body, as: UTF8.self).contains("digest-mismatch"))
    }
    let broken = segment.map { $0 == 0x37 ? 0x38 : $0 }
    let chain = try wire.upload(segment: broken, announcing: SHA256.hash(broken))
    #expect(chain.status == 422)
    // After all that the true segment is taken.
    #expect(try wire.upload(segment: segment, announcing: SHA256.hash(segment)).status == 201)
    #expect(try district.admin(["check"]).status == 0)
  }
}
