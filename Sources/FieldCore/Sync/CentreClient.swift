import Domain
import SyncProtocol

/// Speaks the JSON part of the protocol (PROTOCOL.md §7) and tells the
/// centre's answers from everybody else's: what is not this protocol's is a
/// failure of the network.
struct CentreClient {
  let link: CentreLink
  let token: String?
  private static let jsonType = "application/json"

  /// Asks to become a device.
  func enroll(_ request: EnrollRequest) throws(SyncError) -> EnrollAnswer {
    let body: [UInt8]
    do { body = try WireJSON.encode(request) } catch { throw .protocolViolation }
    let response = try send(
      "POST", "/v1/enroll", headers: [("Content-Type", Self.jsonType)], body: .bytes(body))
    return try json(EnrollAnswer.self, in: response)
  }

  /// Where device and centre stand with each other.
  ///
  /// - Parameter waiting: what the device tells of its backlog: how much waits,
  ///   and the age of the oldest operation in seconds.
  func session(
    _ incarnation: UniqueID, waiting: (count: Int, oldestSeconds: Int64?)? = nil
  ) throws(SyncError) -> SessionAnswer {
    var path = "/v1/session?incarnation=\(incarnation.text)"
    if let waiting {
      path += "&waiting=\(waiting.count)"
      if let seconds = waiting.oldestSeconds { path += "&oldest=\(seconds)" }
    }
    return try json(SessionAnswer.self, in: ask(path))
  }

  /// Says that the device has wiped itself, as it was ordered.
  func wiped(_ order: UniqueID) throws(SyncError) {
    let body: [UInt8]
    do { body = try WireJSON.encode(WipeReport(order: order)) } catch { throw .protocolViolation }
    let response = try send(
      "POST", "/v1/wipe", headers: [("Content-Type", Self.jsonType)], body: .bytes(body))
    guard response.status == 204 else {
      throw response.status < 300 ? .portal : Self.failure(response)
    }
  }

  /// The next page of changes.
  func changes(after cursor: String?) throws(SyncError) -> ChangePage {
    let from = cursor.map { "&cursor=" + Self.escaped($0) } ?? ""
    let path = "/v1/changes?limit=\(Limits.pageChanges)" + from
    return try json(ChangePage.self, in: ask(path))
  }

  /// Sends one request; the answer is whatever came.
  func send(
    _ method: String, _ path: String, headers: [(name: String, value: String)] = [],
    body: TransportRequest.Body = .none, progress: ((Int64) -> Void)? = nil,
    endsEarly: (() -> Bool)? = nil
  ) throws(SyncError) -> TransportResponse {
    var request = self.request(method, path, headers)
    (request.body, request.progress, request.endsEarly) = (body, progress, endsEarly)
    do { return try link.send(request) } catch { throw .offline(error) }
  }

  /// GET, again when the link broke and comes back.
  private func ask(_ path: String) throws(SyncError) -> TransportResponse {
    do { return try link.sendPatiently(request("GET", path, [])) } catch { throw .offline(error) }
  }

  private func request(
    _ method: String, _ path: String, _ headers: [(name: String, value: String)]
  ) -> TransportRequest {
    var headers = headers
    if let token { headers.append(("Authorization", "Bearer " + token)) }
    headers.append(("Accept", "\(Self.jsonType), \(Problem.mediaType)"))
    return TransportRequest(method: method, path: path, headers: headers)
  }

  /// The JSON of a success; anything else throws what it means.
  func json<T: Decodable>(
    _ type: T.Type, in response: TransportResponse
  ) throws(SyncError) -> T {
    guard (200..<300).contains(response.status) else { throw Self.failure(response) }
    guard Self.isOf(Self.jsonType, response) else { throw .portal }
    do { return try WireJSON.decode(type, from: response.body) } catch { throw .portal }
  }

  /// The problem an error answer carries; nil when it carries none.
  static func problem(in response: TransportResponse) -> Problem? {
    guard isOf(Problem.mediaType, response) else { return nil }
    do { return try WireJSON.decode(Problem.self, from: response.body) } catch { return nil }
  }

  /// What an answer that is no success means.
  static func failure(_ response: TransportResponse) -> SyncError {
    let wait = RetryAfter.seconds(in: response)
    guard let problem = problem(in: response) else {
      // 511 is a sign-in page that says so (RFC 6585 §6).
      let isTemporary =
        response.status >= 500 && response.status != 511 || response.status == 429
      return isTemporary ? .unavailable(status: response.status, retryAfter: wait) : .portal
    }
    switch problem.code {
    case .unauthorized: return .unauthorized
    case .deviceRevoked: return .revoked
    case .sequenceGap: return problem.expected.map { .sequenceGap(expected: $0) } ?? .portal
    case let code?: return .refusedByCentre(code, retryAfter: wait)
    // A code that a later centre knows: its status says enough.
    case nil:
      return response.status >= 500
        ? .unavailable(status: response.status, retryAfter: wait) : .protocolViolation
    }
  }

  private static func isOf(_ mediaType: String, _ response: TransportResponse) -> Bool {
    let field = response.header("Content-Type") ?? ""
    let type = field.prefix { $0 != ";" && $0 != " " }
    return type.lowercased() == mediaType
  }

  /// Percent-encoded for a query (RFC 3986 §2.3).
  private static func escaped(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var escaped: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f, 0x7e: escaped.append(byte)
      default: escaped += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: escaped, as: UTF8.self)
  }
}
