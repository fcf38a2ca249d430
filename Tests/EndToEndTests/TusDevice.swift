import Domain
import HTTP
import Support
import SyncProtocol
import Testing

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

// What most tests of tus need.
extension TusDevice {
  /// Bytes that are the same in every run, and others for every seed.
  static func bytes(_ count: Int, _ seed: String) -> [UInt8] {
    var bytes: [UInt8] = []
    var link = SHA256.hash(Array(seed.utf8))
    while bytes.count < count {
      bytes += link.bytes
      link = SHA256.hash(link.bytes)
    }
    return Array(bytes.prefix(count))
  }

  /// Creates an upload of these bytes without sending any.
  func create(
    _ bytes: [UInt8], kind: String = "photo", _ fields: Fields = []
  ) throws -> ClientResponse {
    let own: Fields = [
      ("Upload-Length", String(bytes.count)),
      ("Upload-Metadata", Self.metadata(kind, SHA256.hash(bytes))),
    ]
    let given = Set(fields.map(\.0))
    return try send(
      "POST", "/v1/uploads",
      own.filter { !given.contains($0.0) } + fields.filter { !$0.1.isEmpty })
  }

  /// Creates a partial upload and sends its bytes; returns its address.
  func partial(_ bytes: [UInt8]) throws -> String {
    let made = try send(
      "POST", "/v1/uploads",
      [
        ("Upload-Concat", "partial"), ("Upload-Length", String(bytes.count)), Self.contentType,
      ], body: bytes)
    return made.headers.first("Location") ?? "none: \(made.status)"
  }

  func patch(
    _ path: String, at offset: Int, _ bytes: some Collection<UInt8>, _ fields: Fields = []
  ) throws -> ClientResponse {
    try send(
      "PATCH", path, [Self.contentType, ("Upload-Offset", String(offset))] + fields,
      body: Array(bytes))
  }

  func head(_ path: String) throws -> ClientResponse { try send("HEAD", path) }

  /// A PATCH with a chunked body and these trailers, byte by byte as given.
  func chunked(
    _ path: String, at offset: Int, _ bytes: [UInt8], _ fields: Fields, trailers: Fields
  ) throws -> String {
    var lines =
      "PATCH \(path) HTTP/1.1\r\nHost: centre\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n"
    let all =
      [authorization, ("Tus-Resumable", "1.0.0"), Self.contentType, ("Upload-Offset", "\(offset)")]
      + fields
    for (name, value) in all { lines += "\(name): \(value)\r\n" }
    var request = Array((lines + "\r\n").utf8)
    for start in stride(from: 0, to: bytes.count, by: 7) {
      let piece = bytes[start..<min(start + 7, bytes.count)]
      request += Array("\(String(piece.count, radix: 16))\r\n".utf8) + piece + [0x0d, 0x0a]
    }
    let end = trailers.map { "\($0.0): \($0.1)\r\n" }.joined()
    return try raw(request + Array("0\r\n\(end)\r\n".utf8))
  }

  static func checksum(_ bytes: [UInt8]) -> String {
    "sha256 \(Base64.encode(SHA256.hash(bytes).bytes))"
  }

  static func sha1(_ bytes: [UInt8]) -> String { "sha1 \(Base64.encode(SHA1.hash(bytes)))" }
}

extension ClientResponse {
  var location: String { headers.first("Location") ?? "none: \(status) \(text)" }
  var offset: String? { headers.first("Upload-Offset") }
}

/// One thing that the specification asks, in its own words, and how it is seen
/// to be kept.
struct Clause: Sendable {
  let text: String
  let isKept: @Sendable (TusDevice, Comment) throws -> Void

  init(_ text: String, _ isKept: @escaping @Sendable (TusDevice, Comment) throws -> Void) {
    self.text = text
    self.isKept = isKept
  }

  /// Holds one centre to all of them.
  static func check(_ clauses: [Clause]) throws {
    let district = try District()
    try district.serve()
    let device = try TusDevice(district)
    for clause in clauses {
      do {
        try clause.isKept(device, Comment(rawValue: clause.text))
      } catch {
        Issue.record(error, Comment(rawValue: clause.text))
      }
    }
    #expect(try district.admin(["check"]).status == 0)
  }
}
