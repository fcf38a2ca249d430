import Foundation

/// A device that speaks the protocol by hand and says wrong things: whatever it
/// says, what is right beside it takes effect and nothing else does.
struct Hostile {
  private let world: World
  private let port: Int
  private let token: String
  private let device: String
  private let incarnation: String
  /// W003's own grid; nobody's scope changes take it away.
  private static let grid = "440399001001005"

  /// Enrols as a device of W003.
  init(_ world: World) throws {
    self.world = world
    port = world.link.port
    let code = try world.admin(["device", "code", "W003"]).json()["code"] as? String ?? ""
    incarnation = Self.identifier(&world.random, version: "4")
    let body = #"{"code":"\#(code)","incarnation":"\#(incarnation)","name":"wire","schema":1}"#
    let answer = try Self.send(
      port, "POST", "/v1/enroll", ["Content-Type: application/json"], Array(body.utf8))
    let json = JSONText.object(answer.bytes[answer.headLength...])
    guard let token = json["token"] as? String, let device = json["device"] as? String else {
      throw HarnessFault("the hostile device cannot enrol: \(answer.status)")
    }
    (self.token, self.device) = (token, device)
  }

  /// Sends poison between good operations, and altered segments.
  func poison() throws {
    let record = identifier()
    let other = "440399001001001"
    let steps: [(line: String, code: String?)] = [
      (line(1, record: identifier()), nil),
      (line(2, record: identifier(), kind: "nosuch"), "kind-unknown"),
      (line(3, record: identifier(), grid: other), "grid-out-of-scope"),
      (line(4, record: identifier(), grid: "nowhere"), "grid-unknown"),
      (#"{"seq":5,"这不是":"操作"}"#, "malformed"),
      (line(6, record: record, action: "update"), "record-unknown"),
      (line(7, record: identifier()), nil),
    ]
    let lines = steps.map { Array($0.line.utf8) }
    try refuse("an altered line", altered(lines), "chain-broken")
    try refuse(
      "altered bytes", segment(lines), "digest-mismatch", digest: String(repeating: "a", count: 64))
    let answer = try upload(segment(lines))
    let results =
      JSONText.object(answer.bytes[answer.headLength...])["results"] as? [[String: Any]] ?? []
    let codes = results.map { $0["code"] as? String }
    if codes != steps.map(\.code) {
      world.violate("poison was answered \(answer.status) \(codes)")
    }
    // The same once more is answered the same, and changes nothing.
    let again = try upload(segment(lines))
    if again.bytes[again.headLength...] != answer.bytes[answer.headLength...] {
      world.violate("a repeated segment was answered otherwise")
    }
    world.say("  poison and altered segments")
    world.tally.fault("poison operations and altered segments")
  }

  private func refuse(
    _ what: String, _ bytes: [UInt8], _ code: String, digest: String? = nil
  ) throws {
    let answer = try upload(bytes, digest: digest)
    let type = JSONText.object(answer.bytes[answer.headLength...])["type"] as? String ?? ""
    if !type.hasSuffix(":" + code) {
      world.violate("\(what) was answered \(answer.status) \(type)")
    }
  }

  private func line(
    _ seq: Int, record: String, kind: String = "diary", grid: String = grid,
    action: String = "create"
  ) -> String {
    let place = action == "create" ? #""grid":"\#(grid)","# : ""
    return #"{"op":"\#(identifier())","lane":"normal","seq":\#(seq),"record":"\#(record)","#
      + #""element":"diary","kind":"\#(kind)","action":"\#(action)",\#(place)"#
      + #""fields":{"content":"w\#(seq)"},"base":0,"evidence":{"at":1790000000000}}"#
  }

  private func segment(_ lines: [[UInt8]]) -> [UInt8] {
    let first = Hash.bytes(Array("gridwalk-journal/1 \(incarnation) normal".utf8))
    let last = lines.reduce(first) { Hash.bytes($0 + $1) }
    let header =
      #"{"gridwalk":"segment/1","device":"\#(device)","incarnation":"\#(incarnation)","#
      + #""lane":"normal","first":1,"last":\#(lines.count),"previous":"\#(Hash.text(first))","#
      + #""hash":"\#(Hash.text(last))","schema":1}"#
    return Array(header.utf8) + [10] + lines.flatMap { $0 + [10] }
  }

  /// A segment one of whose lines was altered after it was sealed.
  private func altered(_ lines: [[UInt8]]) -> [UInt8] {
    var bytes = segment(lines)
    if let place = bytes.lastIndex(of: UInt8(ascii: "w")) { bytes[place] = UInt8(ascii: "x") }
    return bytes
  }

  private func upload(_ bytes: [UInt8], digest: String? = nil) throws -> Message {
    let digest = digest ?? Hash.hex(bytes)
    let metadata = ["kind": "segment", "sha256": digest].map {
      "\($0.key) \(Data($0.value.utf8).base64EncodedString())"
    }.sorted().joined(separator: ",")
    return try Self.send(
      port, "POST", "/v1/uploads",
      [
        "Authorization: Bearer \(token)", "Tus-Resumable: 1.0.0", "Upload-Length: \(bytes.count)",
        "Upload-Metadata: \(metadata)", "Content-Type: application/offset+octet-stream",
      ], bytes)
  }

  private static func send(
    _ port: Int, _ method: String, _ path: String, _ fields: [String], _ body: [UInt8]
  ) throws -> Message {
    guard let wire = Wire.connect(port: port) else { throw HarnessFault("no link") }
    defer { wire.close() }
    let head =
      ["\(method) \(path) HTTP/1.1", "Host: 127.0.0.1", "Content-Length: \(body.count)"] + fields
    wire.send((Array((head.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body)[...])
    var rest: [UInt8] = []
    guard let answer = Message.read(from: wire, rest: &rest) else {
      throw HarnessFault("no answer to \(method) \(path)")
    }
    return answer
  }

  private func identifier() -> String { Self.identifier(&world.random, version: "7") }

  private static func identifier(_ random: inout SplitMix64, version: Character) -> String {
    let digits = Array("0123456789abcdef")
    var text = (0..<32).map { _ in digits[random.below(16)] }
    text[12] = version
    text[16] = "9"
    for place in [20, 16, 12, 8] { text.insert("-", at: place) }
    return String(text)
  }
}
