import Domain
import FieldCore
import SyncProtocol

@testable import CentralCore

/// The centre without a socket: the endpoints of PROTOCOL §6–§8 that a handheld
/// without photos asks, answered by the same documents, over a link that loses,
/// cuts and repeats.
final class InProcessTransport: Transport {
  /// What becomes of one request.
  enum Fault: CaseIterable {
    /// It never arrives.
    case lost
    /// Half of its body arrives.
    case torn
    /// It takes effect, and nobody hears of it.
    case answerLost
    /// It arrives twice.
    case twice
    /// An upload of before arrives once more, then this request.
    case zombie
  }

  var centre: Centre
  /// What becomes of the next request; nil for what should.
  var fault: () -> Fault? = { nil }
  private var uploads: [TransportRequest] = []

  init(_ centre: Centre) { self.centre = centre }

  func send(_ request: TransportRequest) throws(TransportError) -> TransportResponse {
    let fault = fault()
    if request.method == "POST", request.path == "/v1/uploads" { uploads.append(request) }
    switch fault {
    case .lost: throw .broken
    case .torn:
      tear(request)
      throw .broken
    case .answerLost:
      _ = answer(request)
      throw .broken
    case .twice: _ = answer(request)
    case .zombie: if let old = uploads.first { _ = answer(old) }
    case nil: break
    }
    if uploads.count > 8 { uploads.removeFirst() }
    return answer(request)
  }

  private static func bytes(of request: TransportRequest) -> [UInt8] {
    if case .bytes(let bytes) = request.body { bytes } else { [] }
  }

  private static func header(_ name: String, _ request: TransportRequest) -> String? {
    request.headers.first { $0.name == name }?.value
  }

  private func answer(_ request: TransportRequest) -> TransportResponse {
    do { return try reply(to: request) } catch { return Self.problem(error) }
  }

  private func reply(to request: TransportRequest) throws -> TransportResponse {
    let parts = request.path.split(separator: "?", maxSplits: 1).map(String.init)
    if parts[0] == "/v1/enroll" {
      let asked = try WireJSON.decode(EnrollRequest.self, from: Self.bytes(of: request))
      return try Self.json(centre.enrollment.enroll(asked), status: 201)
    }
    let token = Self.header("Authorization", request)?.dropFirst("Bearer ".count) ?? ""
    let device = try centre.enrollment.device(bearing: String(token))
    let query = parts.count > 1 ? parts[1].split(separator: "&") : []
    func value(_ name: String) -> String? {
      query.first { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.utf8.count + 1)) }
    }
    switch parts[0] {
    case "/v1/session":
      guard let incarnation = value("incarnation").flatMap({ UniqueID($0) }) else {
        throw UploadFault.unknown
      }
      return try Self.json(centre.enrollment.session(of: device, incarnation: incarnation))
    case "/v1/changes":
      // Base64url needs no escapes. Small pages, so that there are seams.
      let (feed, cursor) = (centre.feed, value("cursor"))
      return try Self.json(
        centre.store.read { try feed.page(for: device, after: cursor, limit: 7, in: $0) })
    default: return try upload(request, device)
    }
  }

  // MARK: Uploads

  /// What a creation announces: length and digest.
  private static func announced(_ request: TransportRequest) -> (Int64, Digest)? {
    guard let length = header("Upload-Length", request).flatMap({ Int64($0) }),
      let sha256 = header("Upload-Metadata", request)?.split(separator: " ").last,
      let bytes = Base64.decode(String(sha256))
    else { return nil }
    return Digest(hex: String(decoding: bytes, as: UTF8.self)).map { (length, $0) }
  }

  private func upload(_ request: TransportRequest, _ device: Device) throws -> TransportResponse {
    if request.method == "POST" {
      guard let (length, sha256) = Self.announced(request) else { throw UploadFault.unknown }
      let body = Self.bytes(of: request)
      if Int64(body.count) == length {
        let upload = try centre.uploads.takeWhole(
          .segment(sha256), body, metadata: "", device: device)
        return try Self.standing(
          201, upload, offset: length, receipt: centre.uploads.complete(upload, device: device))
      }
      let upload = try centre.uploads.create(
        Uploads.Announcement(.segment(sha256), length: length, metadata: ""), device: device.id)
      return try Self.standing(201, upload, offset: centre.uploads.offset(of: upload))
    }
    guard let id = UniqueID(String(request.path.split(separator: "/").last ?? "")) else {
      throw UploadFault.unknown
    }
    let upload = try centre.uploads.find(id, of: device.id)
    switch request.method {
    case "HEAD": return try Self.standing(200, upload, offset: centre.uploads.offset(of: upload))
    case "GET":
      return try Self.standing(
        200, upload, offset: upload.length ?? 0,
        receipt: centre.uploads.complete(upload, device: device))
    default:
      let offset = try append(
        Self.bytes(of: request), Self.header("Upload-Offset", request), upload)
      if offset == upload.length { _ = try centre.uploads.complete(upload, device: device) }
      return try Self.standing(204, upload, offset: offset)
    }
  }

  private func append(_ bytes: [UInt8], _ offset: String?, _ upload: Upload) throws -> Int64 {
    let standing = try centre.uploads.offset(of: upload)
    guard offset == String(standing) else { throw UploadFault.offset(is: standing) }
    if standing == upload.length { return standing }
    let writer = try centre.uploads.open(upload, at: standing) {}
    try bytes.withUnsafeBytes { try writer.write($0) }
    return try centre.uploads.finish(writer)
  }

  /// What a request whose connection broke half-way leaves behind.
  private func tear(_ request: TransportRequest) {
    let token = Self.header("Authorization", request)?.dropFirst("Bearer ".count) ?? ""
    let body = Self.bytes(of: request)
    let half = Array(body.prefix(body.count / 2))
    guard !half.isEmpty, let device = try? centre.enrollment.device(bearing: String(token)) else {
      return
    }
    if let (length, sha256) = Self.announced(request) {
      // Nobody hears of a failure here.
      try? centre.uploads.keep(
        prefix: half, Uploads.Announcement(.segment(sha256), length: length, metadata: ""),
        device: device.id)
    } else if request.method == "PATCH",
      let id = UniqueID(String(request.path.split(separator: "/").last ?? "")),
      let upload = try? centre.uploads.find(id, of: device.id)
    {
      _ = try? append(half, Self.header("Upload-Offset", request), upload)
    }
  }

  // MARK: Answers

  private static func json(_ value: some Encodable, status: Int = 200) throws -> TransportResponse {
    TransportResponse(
      status: status, headers: [("Content-Type", "application/json")],
      body: try WireJSON.encode(value))
  }

  private static func standing(
    _ status: Int, _ upload: Upload, offset: Int64, receipt: Receipt? = nil
  ) throws -> TransportResponse {
    var response = TransportResponse(status: status, headers: [], body: [])
    if let receipt { response = try json(receipt, status: status) }
    response.headers += [
      (name: "Tus-Resumable", value: "1.0.0"), (name: "Upload-Offset", value: String(offset)),
      (name: "Location", value: "/v1/uploads/\(upload.id.text)"),
    ]
    return response
  }

  private static func problem(_ error: any Error) -> TransportResponse {
    var offset: Int64?
    let problem: Problem
    switch error {
    case UploadFault.unknown: problem = Problem(.uploadUnknown)
    case UploadFault.offset(let at):
      problem = Problem(.offsetMismatch)
      offset = at
    case UploadFault.incomplete(let at):
      problem = Problem(.uploadIncomplete)
      offset = at
    case UploadFault.digestMismatch: problem = Problem(.digestMismatch)
    case UploadFault.segment(let fault): problem = Problem(fault.code, expected: fault.expected)
    case Feed.Fault.cursorExpired: problem = Problem(.cursorExpired)
    case is Enrollment.Fault: problem = Problem(.unauthorized)
    default: problem = Problem(.failed)
    }
    var headers: [(name: String, value: String)] = [
      ("Content-Type", Problem.mediaType), ("Tus-Resumable", "1.0.0"),
    ]
    if let offset { headers.append((name: "Upload-Offset", value: String(offset))) }
    // A problem is texts and numbers.
    return TransportResponse(
      status: problem.status, headers: headers, body: (try? WireJSON.encode(problem)) ?? [])
  }
}
