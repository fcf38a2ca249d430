import Domain
import HTTP
import Support
import SyncProtocol

/// A device that speaks tus by hand: every header is the test's own.
struct TusDevice {
  typealias Fields = [(String, String)]

  let enrolled: EnrollAnswer
  let incarnation: UniqueID
  private let connection: HTTPConnection
  private let port: Int

  init(_ district: District, worker: String = "W001") throws {
    var random = SystemRandomNumberGenerator()
    incarnation = UniqueID.v4(using: &random)
    port = district.port
    connection = HTTPConnection(host: "127.0.0.1", port: port)
    let request = EnrollRequest(
      code: try district.code(for: worker), incarnation: incarnation, name: "tus")
    let answer = try connection.send(
      ClientRequest(method: "POST", target: "/v1/enroll"),
      body: .bytes(try WireJSON.encode(request)), responseLimit: 65_536)
    enrolled = try WireJSON.decode(EnrollAnswer.self, from: answer.body)
  }

  var authorization: (String, String) { ("Authorization", "Bearer \(enrolled.token)") }

  /// One request with exactly these fields, Host and Content-Length added.
  func exactly(
    _ method: String, _ target: String, _ fields: Fields, body: [UInt8] = []
  ) throws -> ClientResponse {
    var headers = Headers()
    for (name, value) in fields { headers.add(name, value) }
    return try connection.send(
      ClientRequest(method: method, target: target, headers: headers),
      body: body.isEmpty ? .none : .bytes(body), responseLimit: 1 << 20)
  }

  /// One request with the token and the version of tus added.
  func send(
    _ method: String, _ target: String, _ fields: Fields = [], body: [UInt8] = []
  ) throws -> ClientResponse {
    try exactly(
      method, target, [authorization, ("Tus-Resumable", "1.0.0")] + fields, body: body)
  }

  /// What the port answers to these bytes, until it closes.
  func raw(_ bytes: [UInt8]) throws -> String {
    try RawConnection(port: port).exchange(bytes)
  }

  /// `kind`, `sha256` and, for a thumbnail, `of`.
  static func metadata(_ kind: String, _ sha256: Digest, of photo: Digest? = nil) -> String {
    var pairs = [("kind", kind), ("sha256", sha256.hex)]
    if let photo { pairs.append(("of", photo.hex)) }
    return pairs.map { "\($0.0) \(Base64.encode(Array($0.1.utf8)))" }.joined(separator: ",")
  }

  static let contentType = ("Content-Type", "application/offset+octet-stream")

  /// A creation that brings all its bytes.
  func upload(
    _ kind: String, _ bytes: [UInt8], of photo: Digest? = nil
  ) throws -> ClientResponse {
    let metadata = Self.metadata(kind, SHA256.hash(bytes), of: photo)
    return try send(
      "POST", "/v1/uploads",
      [("Upload-Length", String(bytes.count)), ("Upload-Metadata", metadata), Self.contentType],
      body: bytes)
  }

  /// One event report of this device's first journal, sealed.
  func report(photos: [Digest], grid: String) throws -> [UInt8] {
    var random = SystemRandomNumberGenerator()
    var operation = Operation(
      op: .v7(at: 1_790_000_000_777, using: &random), lane: .urgent, seq: 1,
      record: .v7(at: 1_790_000_000_777, using: &random), element: .event, kind: "event",
      action: .create, base: 0, evidence: .init(at: 1_790_000_000_777))
    operation.grid = grid
    operation.fields = ["description": "井盖缺失"]
    operation.photos = photos.map(\.hex)
    return try Segment(
      device: enrolled.device, incarnation: incarnation, lane: .urgent, first: 1,
      previous: JournalChain.genesis(incarnation: incarnation, lane: .urgent),
      lines: [WireJSON.encode(operation)]
    ).bytes()
  }
}

extension ClientResponse {
  var text: String { String(decoding: body, as: UTF8.self) }
}
