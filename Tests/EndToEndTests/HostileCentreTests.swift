import Foundation
import Glibc
import HTTP
import Support
import SyncProtocol
import Testing

/// Strangers and bad devices before the real centre.
@Suite(.serialized) struct HostileCentreTests {
  /// Targets that look for files, and what is answered to a good device for them.
  private static let targets: [(target: String, status: Int)] = [
    ("/v1/photos/..%2f..%2fgridwalkd.db", 400), ("/v1/photos/%2e%2e/gridwalkd.db", 400),
    ("/v1/photos/../gridwalkd.db", 400), ("/v1/photos/..", 400), ("/v1/photos/%00", 400),
    ("/v1/photos/", 404), ("/v1/photos/gridwalkd.db", 404), ("/v1/photos/..%5cgridwalkd.db", 404),
    ("/v1/photos/{photo}%00", 400), ("/v1/photos/{photo}.jpg", 404), ("/v1/photos/{photo}/", 404),
    ("/v1/photos/{PHOTO}", 404), ("/v1/photos/%20{photo}", 404), ("/v1//photos/{photo}", 404),
    ("/v1/photos/{photo}?x=../..", 200), ("/v1/photos/{photo}", 200),
    ("/v1/uploads/..%2fserve.lock", 400), ("/v1/uploads/%00", 400), ("/v1/uploads/..", 400),
    ("/v1/uploads/serve.lock", 404), ("/v1/uploads/", 404), ("/v1/uploads/a/b", 404),
    ("/v1/uploads/00000000-0000-0000-0000-000000000000", 404), ("/v1/uploads/%F0%9F%93%B7", 404),
    ("/v1/uploads/\(String(repeating: "a", count: 7000))", 404),
    ("/v1/uploads/\(String(repeating: "a", count: 9000))", 414),
    ("/v1/session?incarnation=..%2f..", 400), ("/v1/session?incarnation=", 400),
    ("/v1/session?incarnation=%27%20OR%201=1", 400), ("/v1/session?incarnation=%00", 400),
    ("/v1/changes?cursor=%27;--", 410), ("/v1/changes?cursor=", 410),
    ("/v1/changes?limit=-9223372036854775808", 200), ("/v1/changes?limit=1e9", 200),
    ("/v1/changes?cursor=\(String(repeating: "A", count: 7000))", 410),
    ("/V1/session", 404), ("/v1", 404), ("/v1/", 404), ("/v1/../metrics", 400), ("//metrics", 404),
    ("/console/../gridwalkd.db", 400), ("/console/style.css/../../x", 400),
  ]

  @Test("no target reaches a file or another's upload, and none is answered 500")
  func traversal() throws {
    let fixture = try AuthorizationFixture()
    let centre = fixture.district.centre
    let before = try FileManager.default.subpathsOfDirectory(atPath: centre + "/photos").sorted()
    for (target, status) in Self.targets {
      let target = target.replacing("{photo}", with: fixture.photo)
        .replacing("{PHOTO}", with: fixture.photo.uppercased())
      let answer = try fixture.ask("GET", target, fixture.claims(.owner)[0])
      #expect(answer.status == status, "\(target.prefix(80))")
      #expect(!String(decoding: answer.body.prefix(100), as: UTF8.self).contains("SQLite format"))
    }
    for name in ["..%2f..%2fgridwalkd.db", "gridwalkd.db", "..%5cx", "%00"] {
      for page in ["photos", "events"] {
        let answer = try fixture.ask(
          "GET", "/console/\(page)/\(name)", fixture.claims(.administratorCookie)[0])
        #expect([400, 404].contains(answer.status), "/console/\(page)/\(name): \(answer.status)")
      }
    }
    let after = try FileManager.default.subpathsOfDirectory(atPath: centre + "/photos").sorted()
    #expect(before == after)
    #expect(try fixture.district.admin(["check"]).status == 0)
  }

  /// Numbers of tus headers that are none.
  private static let numbers = [
    "-1", "+1", "0x1", "1.0", "1e3", " ", "", "1 1", "1,1", "９", "9223372036854775808",
    "99999999999999999999999999", "NaN", "\u{661}",
  ]

  @Test("lengths and offsets that are no numbers are refused, and change nothing")
  func numbers() throws {
    let fixture = try AuthorizationFixture()
    let upload = try fixture.upload()
    let owner = fixture.claims(.owner)[0]
    let metadata = WireDevice.metadata("photo", SHA256.hash([3]))
    for number in Self.numbers {
      let length = try fixture.ask(
        "POST", "/v1/uploads", owner, ["Upload-Length": number, "Upload-Metadata": metadata])
      #expect(length.status == 400, "Upload-Length \(number)")
      let offset = try fixture.ask(
        "PATCH", upload, owner,
        ["Upload-Offset": number, "Content-Type": "application/offset+octet-stream"], body: "x")
      #expect(offset.status == 400, "Upload-Offset \(number)")
    }
    for twice in ["Upload-Offset", "upload-offset"] {
      let answer = try fixture.ask(
        "PATCH", upload, owner,
        ["Upload-Offset": "0", twice: "0", "Content-Type": "application/offset+octet-stream"],
        body: "x")
      #expect(answer.status == 400)
    }
    let standing = try fixture.ask("HEAD", upload, owner)
    #expect(standing.headers.first("Upload-Offset") == "0")
  }

  private static let metadata = [
    "", "kind", "kind cGhvdG8=", "sha256 \(String(repeating: "A", count: 88))",
    "kind !!!!,sha256 !!!!", "kind cGhvdG8=,kind cGhvdG8=", ",,,", " ",
    "kind Li4vLi4=,sha256 Li4vLi4=", String(repeating: "a,", count: 2000),
    "kind cGhvdG8= x,sha256 AAAA", String(repeating: "a", count: 5000),
  ]

  @Test("metadata that is none is refused")
  func metadata() throws {
    let district = try District()
    try district.serve()
    let device = try WireDevice(district)
    for text in Self.metadata {
      let answer = try device.send(
        "POST", "/v1/uploads", ["Upload-Length": "3", "Upload-Metadata": text])
      #expect(answer.status == (text.count > 4096 ? 413 : 400), "\(text.prefix(60))")
    }
  }

  @Test("guessing passwords from many addresses at once does not take the centre from the devices")
  func guessing() throws {
    let district = try District()
    try district.serve()
    // A name each, or the limit by name would answer for the others.
    let forms = (100..<160).map { "name=guess\($0)&password=guess" }
    let guessers = try forms.enumerated().map { number, form in
      let guesser = try HeldConnection(port: district.port)
      try guesser.send(
        "POST /console/sign-in HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 198.51.100.\(number)\r\n"
          + "Connection: close\r\nContent-Length: \(form.count)\r\n\r\n")
      return guesser
    }
    // All of them wait for their bodies; now they come at once.
    for (guesser, form) in zip(guessers, forms) { try guesser.send(form) }
    var counts: [Substring: Int] = [:]
    for guesser in guessers { counts[try guesser.read().dropFirst(9).prefix(3), default: 0] += 1 }
    #expect(counts["503", default: 0] > 0, "\(counts)")
    #expect(Set(counts.keys).isSubset(of: ["403", "503"]), "\(counts)")
    let hers = try district.enrolledHandheld("hers", worker: "W001")
    #expect(try hers.sync().status == 0)
  }

  @Test("a handheld enrols and syncs while a thousand strangers hold connections open")
  func flood() throws {
    let district = try District()
    try district.serve()
    var strangers: [HeldConnection] = []
    for number in 0..<1000 {
      let stranger = try HeldConnection(port: district.port)
      switch number % 4 {
      case 0: break
      case 1: try stranger.send("GET /healthz HTTP/1.1\r\nHost: x\r\nA: ")
      case 2:
        try stranger.send(
          "POST /v1/enroll HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 10.0.\(number / 250).\(number % 250)\r\n"
            + "Content-Length: 60000\r\n\r\n{")
      default:
        try stranger.send(
          String(repeating: "GET /console/style.css HTTP/1.1\r\nHost: x\r\n\r\n", count: 40))
      }
      strangers.append(stranger)
    }
    let hers = try district.enrolledHandheld("hers", worker: "W001")
    _ = try hers.json(MainRoadTests.report(photo: MainRoadTests.photo.path))
    #expect(try hers.sync().status == 0)
    #expect(try hers.json(["queue"])["waiting"] as? Int == 0)
    #expect(strangers.count == 1000)
    strangers.removeAll()
    // Stopping waits for none of them longer than its grace.
    #expect(district.stop()?.status == 0)
  }
}

/// A connection that is held open, and read to its end or not at all.
final class HeldConnection {
  private let descriptor: Int32

  init(port: Int) throws {
    descriptor = try RawConnection.open(port: port)
  }

  deinit { close(descriptor) }

  /// What comes until the other end closes.
  func read() throws -> String {
    var answer: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      guard count >= 0 else { throw RawConnection.Failed() }
      if count == 0 { return String(decoding: answer, as: UTF8.self) }
      answer += buffer[..<count]
    }
  }

  func send(_ text: String) throws {
    let bytes = Array(text.utf8)
    guard Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
      throw RawConnection.Failed()
    }
  }
}
