import Domain
import SyncProtocol

/// Something that goes up through tus (PROTOCOL.md §6).
struct UploadSubject {
  /// `segment` or `photo`.
  var kind: String
  var sha256: Digest
  var length: Int64
  /// The bytes from an offset on, so many.
  var body: (_ offset: Int64, _ count: Int64) -> TransportRequest.Body
}

/// Brings one subject to the centre, from wherever an earlier try ended.
///
/// A state machine: whatever an answer or its loss says about the centre's
/// side decides the next request, so that no byte is sent twice that the
/// centre acknowledged.
final class Upload {
  private enum Step {
    /// POST; with the first bytes, unless the centre may have some already.
    case create(withBytes: Bool)
    /// HEAD: where does it stand?
    case ask(String)
    /// PATCH from here, or GET the receipt at the end.
    case go(String, Int64)
  }

  private static let tusVersion = "1.0.0"
  /// Steps in a row that may bring nothing before the try is given up.
  private static let fruitlessSteps = 6

  private let client: CentreClient
  private let subject: UploadSubject
  private let environment: FieldEnvironment
  private let save: (String?) throws(FieldError) -> Void
  private let report: (Int64) -> Void
  private let resumed: (Int64) -> Void
  /// Bytes the centre is known to have; nil before it was asked.
  private var acknowledged: Int64?
  private var fruitless = 0
  private var breaks = 0
  private var restarts = 0
  /// What the link carried, for the sizes to come.
  private(set) var goodput: Goodput
  /// Whether any of the subject's bytes were handed to the network.
  private(set) var hasSent = false
  /// Bytes the centre newly acknowledged.
  private(set) var newBytes: Int64 = 0

  /// - Parameters:
  ///   - save: keeps where the upload goes on, before anything more is sent.
  ///   - report: told how many of the subject's bytes are handed to the network.
  ///   - resumed: told where a broken upload goes on.
  init(
    _ subject: UploadSubject, client: CentreClient, environment: FieldEnvironment,
    goodput: Goodput, save: @escaping (String?) throws(FieldError) -> Void,
    report: @escaping (Int64) -> Void, resumed: @escaping (Int64) -> Void
  ) {
    self.subject = subject
    self.client = client
    self.environment = environment
    self.goodput = goodput
    self.save = save
    self.report = report
    self.resumed = resumed
  }

  /// Sends what the centre lacks and returns its receipt.
  ///
  /// - Parameters:
  ///   - address: where an earlier try goes on.
  ///   - mayHaveBegun: whether the centre may have some bytes without this
  ///     device knowing where; then it is asked first.
  ///   - interlude: called between two pieces.
  func run(
    from address: String?, mayHaveBegun: Bool, interlude: () throws(SyncError) -> Void = {}
  ) throws(SyncError) -> Receipt {
    var step = address.map { Step.ask($0) } ?? .create(withBytes: !mayHaveBegun)
    if case .create(withBytes: true) = step { acknowledged = 0 }
    while true {
      do {
        switch try advance(step) {
        case .receipt(let receipt): return receipt
        case .next(let next):
          if case .go = step, case .go = next { try interlude() }
          step = next
        }
      } catch {
        step = try recover(from: error, in: step)
      }
    }
  }

  private enum Advance {
    case receipt(Receipt)
    case next(Step)
  }

  private func advance(_ step: Step) throws(SyncError) -> Advance {
    fruitless += 1
    guard fruitless <= Self.fruitlessSteps else { throw .protocolViolation }
    switch step {
    case .create(let withBytes): return try create(withBytes: withBytes)
    case .ask(let address): return try ask(address)
    case .go(let address, let offset):
      return offset == subject.length
        ? try receipt(address) : try patch(address, from: offset)
    }
  }

  /// After a broken link asks how far the bytes came and goes on at once; a
  /// link that breaks twice without carrying anything is left alone.
  private func recover(from error: SyncError, in step: Step) throws(SyncError) -> Step {
    guard case .offline(let reason) = error, reason.isRetryable, breaks == 0 else { throw error }
    switch step {
    case .create(withBytes: true):
      breaks += 1
      return .create(withBytes: false)
    case .go(let address, _):
      breaks += 1
      return .ask(address)
    case .create(withBytes: false), .ask: throw error
    }
  }

  private func create(withBytes: Bool) throws(SyncError) -> Advance {
    let first = withBytes && subject.length <= goodput.creationBytes ? subject.length : 0
    var headers = [
      ("Upload-Length", String(subject.length)), ("Upload-Metadata", metadata),
    ]
    if first > 0 { headers.append(("Content-Type", "application/offset+octet-stream")) }
    let response = try send("POST", "/v1/uploads", headers, from: 0, count: first)
    guard response.status == 201 else { throw failure(response) }
    guard let address = address(in: response) else { throw .protocolViolation }
    try local { () throws(FieldError) in try save(address) }
    guard let offset = try self.offset(in: response) else {
      return .next(first == 0 ? .go(address, 0) : .ask(address))
    }
    // What it has although nothing was sent it has from elsewhere.
    if !hasSent { acknowledged = offset }
    note(offset)
    if first == 0 { tellResumed(offset) }
    if offset == subject.length, let receipt = receipt(in: response) { return .receipt(receipt) }
    return .next(.go(address, offset))
  }

  private func ask(_ address: String) throws(SyncError) -> Advance {
    let response = try send("HEAD", address, [])
    switch response.status {
    case 200, 204:
      guard let offset = try offset(in: response) else { throw .protocolViolation }
      note(offset)
      tellResumed(offset)
      return .next(.go(address, offset))
    case 404, 410: return try forget()
    // HEAD carries no problem document; the status is all there is.
    case 401: throw .unauthorized
    case 403: throw .revoked
    default: throw failure(response)
    }
  }

  private func patch(_ address: String, from offset: Int64) throws(SyncError) -> Advance {
    let count = min(subject.length - offset, goodput.pieceBytes)
    let response = try send(
      "PATCH", address,
      [
        ("Content-Type", "application/offset+octet-stream"), ("Upload-Offset", String(offset)),
      ], from: offset, count: count)
    switch response.status {
    case 200, 204:
      guard let reached = try self.offset(in: response), reached > offset else {
        throw .protocolViolation
      }
      note(reached)
      return .next(.go(address, reached))
    default: return try standing(response, at: address)
    }
  }

  private func receipt(_ address: String) throws(SyncError) -> Advance {
    let response = try send("GET", address, [])
    guard response.status == 200 else { return try standing(response, at: address) }
    guard let receipt = receipt(in: response) else { throw .portal }
    return .receipt(receipt)
  }

  /// What an answer other than success says about where the upload stands.
  private func standing(
    _ response: TransportResponse, at address: String
  ) throws(SyncError) -> Advance {
    switch CentreClient.problem(in: response)?.code {
    case .uploadUnknown, .notFound: return try forget()
    case .offsetMismatch, .uploadIncomplete:
      guard let offset = try offset(in: response) else { return .next(.ask(address)) }
      note(offset)
      return .next(.go(address, offset))
    default:
      throw failure(response)
    }
  }

  private func forget() throws(SyncError) -> Advance {
    try local { () throws(FieldError) in try save(nil) }
    acknowledged = 0
    restarts += 1
    guard restarts <= Self.fruitlessSteps else { throw .protocolViolation }
    return .next(.create(withBytes: true))
  }

  private func tellResumed(_ offset: Int64) {
    if offset > 0, offset < subject.length { resumed(offset) }
  }

  private func note(_ offset: Int64) {
    // What the centre had before this try began is no news.
    let before = acknowledged ?? offset
    acknowledged = max(before, offset)
    guard offset > before else { return }
    newBytes += offset - before
    fruitless = 0
    breaks = 0
  }

  private func send(
    _ method: String, _ path: String, _ headers: [(String, String)], from offset: Int64 = 0,
    count: Int64 = 0
  ) throws(SyncError) -> TransportResponse {
    if count > 0 { hasSent = true }
    let report = report
    let start = environment.monotonic()
    var fields: [(name: String, value: String)] = [("Tus-Resumable", Self.tusVersion)]
    fields += headers.map { (name: $0.0, value: $0.1) }
    let response = try client.send(
      method, path, headers: fields, body: count > 0 ? subject.body(offset, count) : .none,
      progress: count > 0 ? { report(offset + $0) } : nil)
    let isOurs = response.header("Tus-Resumable") == Self.tusVersion
    if response.status < 300 {
      guard isOurs else { throw .portal }
      if count > 0 {
        goodput.note(bytes: count, milliseconds: environment.monotonic() - start)
      }
    } else if method == "HEAD", !isOurs {
      throw response.status >= 500
        ? .unavailable(status: response.status, retryAfter: nil) : .portal
    }
    return response
  }

  private func failure(_ response: TransportResponse) -> SyncError {
    response.status < 300 ? .portal : CentreClient.failure(response)
  }

  private var metadata: String {
    let kind = Base64.encode(Array(subject.kind.utf8))
    return "kind \(kind),sha256 \(Base64.encode(Array(subject.sha256.hex.utf8)))"
  }

  /// The path of the upload, whatever host and prefix a proxy put before it.
  private func address(in response: TransportResponse) -> String? {
    guard let location = response.header("Location") else { return nil }
    let marker = Array("/v1/uploads/".utf8)
    let bytes = Array(location.utf8)
    guard bytes.count > marker.count else { return nil }
    for start in 0..<(bytes.count - marker.count)
    where bytes[start..<(start + marker.count)].elementsEqual(marker) {
      return String(decoding: bytes[start...], as: UTF8.self)
    }
    return nil
  }

  private func offset(in response: TransportResponse) throws(SyncError) -> Int64? {
    guard let field = response.header("Upload-Offset") else { return nil }
    guard let offset = Int64(field), (0...subject.length).contains(offset) else {
      throw .protocolViolation
    }
    return offset
  }

  private func receipt(in response: TransportResponse) -> Receipt? {
    do { return try client.json(Receipt.self, in: response) } catch { return nil }
  }
}
