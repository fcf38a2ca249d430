import Foundation
import HTTP
import Support
import Testing

/// What must not be seen by others: names, numbers, tokens and codes.
@Suite(.serialized) struct PrivacyTests {
  /// What a worker writes down in a day that is nobody's business. The identity
  /// numbers have right check digits; all persons are invented.
  private static let people = [
    "何静怡", "欧阳若琳", "13900139007", "13912345678", "11010519491231002X", "江口花园秘密楼",
    "低保户情况", "水管爆裂细节",
  ]

  private static let work: [[String]] = [
    [
      "new", "household", "--set", "estate=江口花园秘密楼", "--set", "building=3", "--set", "room=201",
      "--set", "member[1]/name=何静怡", "--set", "member[1]/relationship=0",
      "--set", "member[2]/name=欧阳若琳", "--set", "member[2]/relationship=1",
    ],
    ["new", "person", "--set", "name=何静怡", "--set", "phone=13900139007"],
    ["diary", "何静怡家低保户情况，电话 13912345678，身份证 11010519491231002X"],
    [
      "report", "01001", "--set", "description=水管爆裂细节", "--photo",
      MainRoadTests.photo.path,
    ],
  ]

  @Test("a day's work leaves nothing personal in the log, in URLs or in names of files")
  func day() throws {
    let district = try District()
    try district.serve()
    let gate = try RecordingGate(to: district.port)
    let code = try district.code(for: "W001")
    let hers = district.handheld("hers")
    var said = ""
    let enrolled = try hers.run(["enroll", "http://127.0.0.1:\(gate.port)", code, "--json"])
    #expect(enrolled.status == 0, "\(enrolled.errors)")
    said += enrolled.output + enrolled.errors
    var entered = 0
    for arguments in Self.work {
      let ended = try hers.run(arguments + ["--grid", MainRoadTests.grid, "--json"])
      if ended.status == 0 { entered += 1 }
    }
    #expect(entered >= 3)
    for arguments in [["sync"], ["queue", "--all"], ["doctor"]] {
      let ended = try hers.run(arguments)
      if arguments == ["sync"] {
        #expect(ended.status == 0, "\(ended.errors)")
        said += ended.output + ended.errors
      }
    }
    // The next day on another handheld, and an operator who looks.
    let other = try district.enrolledHandheld("other", worker: "W001", through: gate.port)
    #expect(try other.run(["find", "何静怡", "--json"]).output.contains("何静怡"))
    let console = try Console(district)
    #expect(try console.page("/console/events").contains("水管爆裂细节"))
    let files = try FileManager.default.subpathsOfDirectory(atPath: district.folder.path)
    let ended = district.stop()
    let log = (ended?.output ?? "") + (ended?.errors ?? "")

    let secrets = gate.tokens + [code, district.founding["password"] as? String ?? ""]
    #expect(gate.tokens.count >= 2 && gate.targets.count > 5, "the gate saw too little")
    #expect(files.count > 5)
    for secret in Self.people + secrets where !secret.isEmpty {
      #expect(!log.contains(secret), "\(secret) in what the centre says")
      #expect(!said.contains(secret), "\(secret) in what the agent says")
      #expect(!gate.targets.contains { $0.contains(secret) }, "\(secret) in a URL")
      #expect(!files.contains { $0.contains(secret) }, "\(secret) in the name of a file")
    }
    // Tokens and codes are nowhere at the centre, not even inside its files.
    for path in try FileManager.default.subpathsOfDirectory(atPath: district.centre) {
      let url = URL(fileURLWithPath: district.centre).appendingPathComponent(path)
      guard let bytes = FileManager.default.contents(atPath: url.path) else { continue }
      for secret in secrets {
        // The part of a token that is secret, past the device's identifier.
        let part = secret.drop { $0 != "." }.dropFirst()
        let sought = Data((part.isEmpty ? Substring(secret) : part).utf8)
        #expect(bytes.range(of: sought) == nil, "a secret in \(path)")
      }
    }
  }

  @Test("folders and files of both ends are for their owner only")
  func modes() throws {
    let district = try District()
    try district.serve()
    let hers = try district.enrolledHandheld("hers", worker: "W001")
    _ = try hers.json(MainRoadTests.report(photo: MainRoadTests.photo.path))
    #expect(try hers.sync().status == 0)
    for root in [district.centre, hers.folder] {
      let status = try FileManager.default.attributesOfItem(atPath: root)
      let mode = (status[.posixPermissions] as? NSNumber)?.intValue ?? 0o777
      #expect(mode & 0o077 == 0, "\(root): \(String(mode, radix: 8))")
    }
  }

  @Test("the code can come by standard input, where no other program sees it")
  func code() throws {
    let district = try District()
    try district.serve()
    let url = "http://127.0.0.1:\(district.port)"
    let code = try district.code(for: "W001")
    for (number, input) in ["\(code)\n", "  \(code)\r\nmore", code.lowercased()].enumerated() {
      let typed =
        number == 0
        ? input
        : input.replacing(code, with: try district.code(for: "W001"))
          .replacing(code.lowercased(), with: try district.code(for: "W001").lowercased())
      let ended = try Program("gridwalk").run(
        ["enroll", url, "-", "--lang", "en", "--data", district.handheld("h\(number)").folder],
        input: typed)
      #expect(ended.status == 0, "\(ended.errors)")
      #expect(ended.errors.contains("✓ enrolled as"))
    }
    let none = try Program("gridwalk").run(
      ["enroll", url, "-", "--lang", "en", "--data", district.handheld("none").folder])
    #expect(none.status == 5, "\(none.errors)")
  }

  @Test("answers can come by standard input, where no other program sees them")
  func answers() throws {
    let district = try District()
    try district.serve()
    let hers = try district.enrolledHandheld("hers", worker: "W001")
    let saved = try Program("gridwalk").run(
      [
        "report", "01001", "--set", "-", "--grid", MainRoadTests.grid, "--json", "--data",
        hers.folder,
      ], input: "description=何静怡家门前\n\n")
    #expect(saved.status == 0, "\(saved.errors)")
    let id = try saved.json()["id"] as? String ?? ""
    #expect(try hers.run(["show", id, "--json"]).output.contains("何静怡家门前"))
    let wrong = try Program("gridwalk").run(
      ["report", "01001", "--set", "-", "--json", "--data", hers.folder], input: "no answer\n")
    #expect(wrong.status == 2)
  }
}

/// Stands between a handheld and the centre and remembers what was asked for.
final class RecordingGate: Sendable {
  let port: Int
  private let server: HTTPServer
  private let seen: Seen

  init(to target: Int) throws {
    let seen = Seen()
    self.seen = seen
    server = try HTTPServer(handler: Gate(target: target, seen: seen))
    port = try server.start(host: "127.0.0.1", port: 0)
  }

  deinit { server.stop(graceSeconds: 0) }

  var targets: [String] { seen.targets.value }
  var tokens: [String] { Array(Set(seen.tokens.value)) }

  private struct Seen: Sendable {
    let targets = Gathered()
    let tokens = Gathered()
  }

  private struct Gate: HTTPHandler {
    let target: Int
    let seen: Seen

    func plan(_ head: RequestHead) -> BodyPlan {
      seen.targets.add(head.target)
      if let field = head.headers.first("Authorization") {
        seen.tokens.add(String(field.drop { $0 != " " }.dropFirst()))
      }
      return .collect(upTo: 8 << 20) { request in
        var headers = Headers()
        for field in request.head.headers.fields
        where !["host", "content-length", "connection", "expect", "transfer-encoding"]
          .contains(field.name.lowercased())
        {
          headers.add(field.name, field.value)
        }
        do {
          let answer = try HTTPConnection(host: "127.0.0.1", port: target).send(
            ClientRequest(method: head.method, target: head.target, headers: headers),
            body: request.body.isEmpty ? .none : .bytes(request.body), responseLimit: 32 << 20)
          return Response(
            status: answer.status, headers: answer.headers, body: .bytes(answer.body))
        } catch {
          return Response(status: 502)
        }
      }
    }
  }
}

/// Words gathered from several threads.
final class Gathered: @unchecked Sendable {
  // `@unchecked Sendable`: `lock` guards `words`.
  private let lock = NSLock()
  private var words: [String] = []

  func add(_ word: String) { lock.withLock { words.append(word) } }
  var value: [String] { lock.withLock { words } }
}
