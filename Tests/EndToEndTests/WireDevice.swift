import Domain
import Foundation
import HTTP
import Support
import SyncProtocol

/// A device that speaks the protocol by hand, so that it can say wrong things.
struct WireDevice {
  private let connection: HTTPConnection
  private let port: Int
  private let enrolled: EnrollAnswer
  private let incarnation: UniqueID

  init(_ district: District, worker: String = "W001") throws {
    var random = SystemRandomNumberGenerator()
    incarnation = UniqueID.v4(using: &random)
    port = district.port
    connection = HTTPConnection(host: "127.0.0.1", port: port)
    let request = EnrollRequest(
      code: try district.code(for: worker), incarnation: incarnation, name: "wire")
    let answer = try connection.send(
      ClientRequest(method: "POST", target: "/v1/enroll"),
      body: .bytes(try WireJSON.encode(request)), responseLimit: 65_536)
    enrolled = try WireJSON.decode(EnrollAnswer.self, from: answer.body)
  }

  func send(
    _ method: String, _ target: String, _ fields: [String: String], body: [UInt8] = []
  ) throws -> ClientResponse {
    var headers: Headers = [
      "Authorization": "Bearer \(enrolled.token)", "Tus-Resumable": "1.0.0",
    ]
    for (name, value) in fields { headers.set(name, value) }
    return try connection.send(
      ClientRequest(method: method, target: target, headers: headers),
      body: body.isEmpty ? .none : .bytes(body), responseLimit: 1 << 20)
  }

  func upload(segment: [UInt8], announcing digest: Digest) throws -> ClientResponse {
    try send(
      "POST", "/v1/uploads",
      [
        "Upload-Length": String(segment.count), "Upload-Metadata": Self.metadata("segment", digest),
        "Content-Type": "application/offset+octet-stream",
      ], body: segment)
  }

  /// One diary entry, sealed.
  func segment() throws -> [UInt8] {
    var random = SystemRandomNumberGenerator()
    var operation = Operation(
      op: .v7(at: 1_790_000_000_777, using: &random), lane: .normal, seq: 1,
      record: .v7(at: 1_790_000_000_777, using: &random), element: .diary, kind: "diary",
      action: .create, base: 0, evidence: .init(at: 1_790_000_000_777))
    operation.grid = MainRoadTests.grid
    operation.fields = ["content": "777"]
    return try Segment(
      device: enrolled.device, incarnation: incarnation, lane: .normal, first: 1,
      previous: JournalChain.genesis(incarnation: incarnation, lane: .normal),
      lines: [WireJSON.encode(operation)]
    ).bytes()
  }

  /// What the port answers to these bytes.
  func raw(_ text: String) throws -> String {
    let stream = try RawConnection(port: port)
    return try stream.exchange(Array(text.utf8))
  }

  static func metadata(_ kind: String, _ digest: Digest) -> String {
    "kind \(Base64.encode(Array(kind.utf8))),sha256 \(Base64.encode(Array(digest.hex.utf8)))"
  }
}
