import Domain
import SyncProtocol

/// Something that goes up through tus (PROTOCOL.md §6).
struct UploadSubject {
  /// `segment`, `thumbnail` or `photo`.
  var kind: String
  var sha256: Digest
  var length: Int64
  /// The photo that a thumbnail is of.
  var of: Digest? = nil

  /// What the success of the request with the last byte says by itself
  /// (PROTOCOL.md §6, completion verifies); nil when the receipt says more.
  var impliedReceipt: Receipt? = nil

  /// The bytes from an offset on, so many.
  var body: (_ offset: Int64, _ count: Int64) -> TransportRequest.Body

  /// Its Upload-Metadata.
  var metadata: String {
    var pairs = [("kind", kind), ("sha256", sha256.hex)]
    if let of { pairs.append(("of", of.hex)) }
    return pairs.map { "\($0.0) \(Base64.encode(Array($0.1.utf8)))" }.joined(separator: ",")
  }
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

    /// Whether it carries some of the subject.
    var hasBytes: Bool {
      switch self {
      case .create(let withBytes): withBytes
      case .ask: false
      case .go: true
      }
    }
  }

  private static let tusVersion = "1.0.0"
  /// Steps in a row that may bring nothing before the try is given up.
  private static let fruitlessSteps = 6

  private let client: CentreClient
  private let subject: UploadSubject
  private let environment: FieldEnvironment
  private let watch: Watch
  /// Bytes the centre is known to have; nil before it was asked.
  private var acknowledged: Int64?
  private var fruitless = 0
  private var restarts = 0
  /// Bodies in a row that broke without a byte of theirs arriving.
  private var lostBodies = 0
  /// When bytes last went out.
  private var lastSentAt: Int64 = 0
  /// What the link carried, for the sizes to come.
  private(set) var goodput: Goodput
  /// Whether any of the subject's bytes were handed to the network.
  private(set) var hasSent = false
  /// Bytes the centre newly acknowledged.
  private(set) var newBytes: Int64 = 0

  /// Who looks on.
  struct Watch {
    /// Keeps where the upload goes on, before anything more is sent.
    var save: (String?) throws(FieldError) -> Void
    /// Told how many of the subject's bytes are handed to the network.
    var report: (Int64) -> Void
    /// Told where a broken upload goes on.
    var resumed: (Int64) -> Void
    /// Whether something more urgent waits; asked while bytes go out. Nil when
    /// nothing can be.
    var isOvertaken: (() -> Bool)?
  }

  init(
    _ subject: UploadSubject, client: CentreClient, environment: FieldEnvironment,
    goodput: Goodput, watch: Watch
  ) {
    self.subject = subject
    self.client = client
    self.environment = environment
    self.goodput = goodput
    self.watch = watch
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
          if step.hasBytes, case .go(_, let offset) = next, offset < subject.length {
            try interlude()
          }
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

  /// After a broken link asks how far the bytes came and goes on, at once
  /// where it had carried something and as patiently as the round is where not.
  private func recover(from error: SyncError, in step: Step) throws(SyncError) -> Step {
    guard case .offline(let reason) = error else { throw error }
    // Nothing was answered, so nothing contradicts the protocol.
    fruitless -= 1
    if step.hasBytes, reason == .broken {
      lostBodies += 1
      // Something between may close at what it does not know.
      if lostBodies > 1, client.link.giveWay() { return Self.looking(after: step) }
    }
    guard client.link.waits(after: reason) else { throw error }
    return Self.looking(after: step)
  }

  /// The request that asks where things stand after a step without an answer.
  private static func looking(after step: Step) -> Step {
    switch step {
    case .create: .create(withBytes: false)
    case .go(let address, _), .ask(let address): .ask(address)
    }
  }

  private func create(withBytes: Bool) throws(SyncError) -> Advance {
    let first = withBytes ? firstBytes : 0
    var headers = [
      ("Upload-Length", String(subject.length)), ("Upload-Metadata", subject.metadata),
    ]
    if first > 0 { headers.append(("Content-Type", "application/offset+octet-stream")) }
    let response = try send("POST", "/v1/uploads", headers, from: 0, count: first)
    guard response.status == 201 else {
      return try smaller(response, first, next: .create(withBytes: false))
    }
    guard let address = address(in: response) else { throw .protocolViolation }
    try local { () throws(FieldError) in try watch.save(address) }
    guard let offset = try self.offset(in: response) else {
      return .next(first == 0 ? .go(address, 0) : .ask(address))
    }
    // What it has although nothing was sent it has from elsewhere.
    if !hasSent { acknowledged = offset }
    note(offset)
    // The torn creation may still be on its way into the centre; HEAD ends it.
    if first == 0, hasSent, offset < subject.length { return .next(.ask(address)) }
    if first == 0 { tellResumed(offset) }
    if offset == subject.length, let receipt = receipt(in: response) { return .receipt(receipt) }
    return .next(.go(address, offset))
  }

  /// How much goes along with the creation: all that can be ended early, else
  /// what is little.
  private var firstBytes: Int64 {
    let isInterruptible = watch.isOvertaken != nil && !client.link.saysLengths
    let most = min(
      isInterruptible ? .max : goodput.creationBytes, client.link.bodyLimit ?? .max)
    return subject.length <= most ? subject.length : 0
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

  /// After something between said that a body is too large: the same in smaller
  /// pieces.
  private func smaller(
    _ response: TransportResponse, _ count: Int64, next step: Step
  ) throws(SyncError) -> Advance {
    guard response.status == 413, CentreClient.problem(in: response) == nil,
      client.link.makesPieces(smallerThan: count)
    else { throw failure(response) }
    // Halves end by themselves.
    fruitless = 0
    return .next(step)
  }

  private func patch(_ address: String, from offset: Int64) throws(SyncError) -> Advance {
    let link = client.link
    let isInterruptible = watch.isOvertaken != nil && !link.saysLengths
    let most = min(isInterruptible ? .max : goodput.pieceBytes, link.bodyLimit ?? .max)
    let count = min(subject.length - offset, most)
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
      if reached == subject.length, let receipt = subject.impliedReceipt {
        return .receipt(receipt)
      }
      return .next(.go(address, reached))
    case 413: return try smaller(response, count, next: .ask(address))
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
    try local { () throws(FieldError) in try watch.save(nil) }
    acknowledged = 0
    restarts += 1
    guard restarts <= Self.fruitlessSteps else { throw .protocolViolation }
    return .next(.create(withBytes: true))
  }

  private func tellResumed(_ offset: Int64) {
    if offset > 0, offset < subject.length { watch.resumed(offset) }
  }

  private func note(_ offset: Int64) {
    // What the centre had before this try began is no news.
    let before = acknowledged ?? offset
    acknowledged = max(before, offset)
    guard offset > before else { return }
    newBytes += offset - before
    fruitless = 0
    lostBodies = 0
    client.link.noteProgress()
  }

  /// Sends a request; when something between seems to stop its method, again
  /// in another guise.
  private func send(
    _ method: String, _ path: String, _ headers: [(String, String)], from offset: Int64 = 0,
    count: Int64 = 0
  ) throws(SyncError) -> TransportResponse {
    let start = environment.monotonic()
    let response = try exchange(method, path, headers, from: offset, count: count)
    let isOurs = response.header("Tus-Resumable") == Self.tusVersion
    if !isOurs, client.link.overridesMethods(after: response, to: method) {
      return try send(method, path, headers, from: offset, count: count)
    }
    if response.status < 300 {
      guard isOurs else { throw .portal }
      measure(start, try self.offset(in: response).map { $0 - offset } ?? 0)
    } else if method == "HEAD", !isOurs {
      let failure = CentreClient.failure(response)
      throw failure.retryAfter != nil || response.status >= 500 ? failure : .portal
    }
    return response
  }

  /// What an exchange that brought so many bytes says about the link.
  private func measure(_ start: Int64, _ bytes: Int64) {
    let end = environment.monotonic()
    goodput.note(roundTrip: end - max(lastSentAt, start))
    goodput.note(bytes: bytes, milliseconds: end - start)
  }

  private func exchange(
    _ method: String, _ path: String, _ headers: [(String, String)], from offset: Int64,
    count: Int64
  ) throws(SyncError) -> TransportResponse {
    var fields: [(name: String, value: String)] = [("Tus-Resumable", Self.tusVersion)]
    fields += headers.map { (name: $0.0, value: $0.1) }
    guard count > 0 else { return try client.send(method, path, headers: fields) }
    hasSent = true
    return try client.send(
      method, path, headers: fields, body: subject.body(offset, count),
      progress: { [self] sent in
        lastSentAt = environment.monotonic()
        watch.report(offset + sent)
      },
      endsEarly: count > goodput.wholeBytes ? watch.isOvertaken : nil)
  }

  private func failure(_ response: TransportResponse) -> SyncError {
    response.status < 300 ? .portal : CentreClient.failure(response)
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
