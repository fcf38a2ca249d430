import Domain
import Glibc
import SyncProtocol

/// The centre in memory, keeping PROTOCOL.md as its reader would: written from
/// that page alone, without the real centre's code.
final class FakeCentre: Transport {
  struct Upload {
    var kind: String
    var sha256: Digest
    var length: Int64
    var bytes: [UInt8] = []
    var of: Digest?
    var receipt: Receipt?
  }

  struct Received {
    var hash: Digest
    var result: OperationResult
  }

  struct LaneKey: Hashable {
    var incarnation: UniqueID
    var lane: Lane
  }

  /// All that a backup holds.
  struct State {
    var epoch: UniqueID
    var version: Int64 = 0
    var lanes: [LaneKey: [Received]] = [:]
    var uploads: [String: Upload] = [:]
    var photos: [Digest: [UInt8]] = [:]
    /// By the photo they are of.
    var thumbnails: [Digest: [UInt8]] = [:]
    var records: [UniqueID: Record] = [:]
    var receipts: [(version: Int64, change: Change)] = []
    /// How often each operation took effect.
    var effects: [UniqueID: Int] = [:]
    var nextUpload = 1
  }

  /// What goes wrong with one request.
  enum Fault {
    /// It never gets there.
    case lost
    /// The body breaks off after so many bytes.
    case cut(Int)
    /// It takes effect and its answer is lost.
    case answerLost
    /// A captive portal answers in the centre's stead.
    case portal
    /// The centre says it is busy.
    case busy
    /// Every unfinished upload is dropped first.
    case uploadsDropped
    /// A proxy's error page.
    case gateway
  }

  struct Seen {
    var method: String
    var path: String
    var body: Int64
  }

  var device: UniqueID
  var state: State
  var scope: Set<String> = ["G1"]
  var code = "123456"
  var isRevoked = false
  /// An administrator's order that stands.
  var wipe: WipeOrder?
  /// The orders that the device said it followed.
  private(set) var wiped: [UniqueID] = []
  /// Whether it is of a version that has thumbnails.
  var knowsThumbnails = true
  /// Called when so many bytes of a chunked body have come.
  var chunk: (Int64) -> Void = { _ in }
  /// Decides what goes wrong with the n-th request, from 1.
  var fault: (Int, TransportRequest) -> Fault? = { _, _ in nil }
  private(set) var requests: [Seen] = []
  /// The version at which somebody else last wrote a record.
  private var foreign: [UniqueID: Int64] = [:]
  /// Its clock, a minute ahead of the device's.
  var now: Int64 = 1_790_000_060_000
  static let token = "token-of-the-device"

  init() throws {
    device = try Self.id(1)
    state = State(epoch: try Self.id(100))
  }

  static func id(_ number: Int) throws -> UniqueID {
    let digits = String(number, radix: 16)
    let text =
      "00000000-0000-4000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
    guard let id = UniqueID(text) else { throw FakeError.impossible }
    return id
  }

  enum FakeError: Error { case impossible }

  /// Goes back to a backup: another epoch, versions 2⁴⁰ above (§9).
  func restore(_ backup: State, epoch number: Int) throws {
    let version = state.version
    state = backup
    state.epoch = try Self.id(number)
    state.version = max(version, backup.version) + 1 << 40
  }

  /// Somebody else writes.
  func write(_ id: UniqueID, _ fields: [String: FieldValue]) {
    state.version += 1
    let version = state.version
    state.records[id]?.set(fields)
    state.records[id]?.version = version
    foreign[id] = state.version
  }

  func send(_ request: TransportRequest) throws(TransportError) -> TransportResponse {
    var request = request
    if let method = header(request, "X-HTTP-Method-Override") { request.method = method }
    let body = chunked(request, try Self.bytes(of: request.body))
    requests.append(
      Seen(method: request.method, path: request.path, body: Int64(body.count)))
    switch fault(requests.count, request) {
    case nil:
      request.progress?(Int64(body.count))
      return answer(request, body, isWhole: true)
    case .lost: throw .unreachable
    case .cut(let count):
      if !body.isEmpty { _ = answer(request, Array(body.prefix(count)), isWhole: false) }
      throw .broken
    case .answerLost:
      _ = answer(request, body, isWhole: true)
      throw .broken
    case .portal:
      return TransportResponse(
        status: 200, headers: [("Content-Type", "text/html")], body: Array("<html>".utf8))
    case .busy: return problem(.busy, headers: [("Retry-After", "7")])
    case .gateway:
      return TransportResponse(
        status: 502, headers: [("Content-Type", "text/html")], body: Array("<html>".utf8))
    case .uploadsDropped:
      state.uploads = state.uploads.filter { $0.value.receipt != nil }
      return answer(request, body, isWhole: true)
    }
  }

  /// What comes of a body that may end early.
  private func chunked(_ request: TransportRequest, _ body: [UInt8]) -> [UInt8] {
    guard let endsEarly = request.endsEarly else { return body }
    var count = 0
    while count < body.count {
      if count > 0, endsEarly() { break }
      count = min(body.count, count + 8192)
      request.progress?(Int64(count))
      chunk(Int64(count))
    }
    return Array(body.prefix(count))
  }

  private static func bytes(of body: TransportRequest.Body) throws(TransportError) -> [UInt8] {
    switch body {
    case .none: return []
    case .bytes(let bytes): return bytes
    case .file(let path, let offset, let length):
      let all = Field.read(path)
      guard offset + length <= all.count else { throw .fileUnreadable }
      return Array(all[Int(offset)..<Int(offset + length)])
    }
  }

  private func answer(
    _ request: TransportRequest, _ body: [UInt8], isWhole: Bool
  ) -> TransportResponse {
    let parts = request.path.split(separator: "?", maxSplits: 1).map(String.init)
    let query = parts.count > 1 ? parts[1] : ""
    if parts[0] == "/v1/enroll" { return enroll(body) }
    if parts[0] == "/v1/wipe" {
      guard let report = try? WireJSON.decode(WipeReport.self, from: body) else {
        return problem(.malformed)
      }
      guard report.order == wipe?.order else { return problem(.notFound) }
      wiped.append(report.order)
      return TransportResponse(status: 204, headers: [], body: [])
    }
    guard header(request, "Authorization") == "Bearer " + Self.token else {
      return problem(.unauthorized)
    }
    if isRevoked { return problem(.deviceRevoked) }
    switch (request.method, parts[0]) {
    case ("GET", "/v1/session"): return session(query)
    case ("GET", "/v1/changes"): return wipe == nil ? changes(query) : problem(.deviceRevoked)
    case ("POST", "/v1/uploads"): return create(request, body, isWhole: isWhole)
    case (_, let path) where path.hasPrefix("/v1/uploads/"):
      return upload(request, String(path.dropFirst(12)), body, isWhole: isWhole)
    default: return problem(.notFound)
    }
  }
}

// Answers.
extension FakeCentre {
  private func json(_ status: Int, _ value: some Encodable) -> TransportResponse {
    do {
      return TransportResponse(
        status: status, headers: [("content-type", "application/json; charset=utf-8")],
        body: try WireJSON.encode(value))
    } catch {
      return problem(.failed)
    }
  }

  private func problem(
    _ code: ProblemCode, expected: Int64? = nil, headers: [(String, String)] = []
  ) -> TransportResponse {
    var response = json(code.status, Problem(code, expected: expected))
    response.headers = [("Content-Type", Problem.mediaType), ("Tus-Resumable", "1.0.0")]
    response.headers += headers.map { (name: $0.0, value: $0.1) }
    return response
  }

  private func tus(
    _ status: Int, _ headers: [(String, String)], receipt: Receipt? = nil
  ) -> TransportResponse {
    var response = TransportResponse(status: status, headers: [], body: [])
    if let receipt { response = json(status, receipt) }
    response.headers.append((name: "Tus-Resumable", value: "1.0.0"))
    response.headers += headers.map { (name: $0.0, value: $0.1) }
    return response
  }

  private func header(_ request: TransportRequest, _ name: String) -> String? {
    request.headers.first { $0.name == name }?.value
  }

  private func enroll(_ body: [UInt8]) -> TransportResponse {
    guard let request = try? WireJSON.decode(EnrollRequest.self, from: body) else {
      return problem(.malformed)
    }
    guard request.code == code else { return problem(.codeWrong) }
    return json(
      201,
      EnrollAnswer(
        device: device, token: Self.token, epoch: state.epoch, city: "440300",
        worker: Worker(id: "7", name: "王"), now: now))
  }

  private func session(_ query: String) -> TransportResponse {
    guard
      let incarnation = UniqueID(String(query.prefix { $0 != "&" }.dropFirst("incarnation=".count)))
    else {
      return problem(.malformed)
    }
    var lanes: [String: SessionAnswer.LanePosition] = [:]
    for lane in Lane.allCases {
      let received = state.lanes[LaneKey(incarnation: incarnation, lane: lane)] ?? []
      lanes[lane.rawValue] = .init(
        received: Int64(received.count),
        hash: received.last?.hash ?? JournalChain.genesis(incarnation: incarnation, lane: lane))
    }
    return json(
      200,
      SessionAnswer(
        device: device, epoch: state.epoch, city: "440300", worker: Worker(id: "7", name: "王"),
        now: now, grids: scope.sorted(), lanes: lanes, wipe: wipe))
  }

  private func changes(_ query: String) -> TransportResponse {
    let cursor = query.split(separator: "&").first { $0.hasPrefix("cursor=") }?
      .dropFirst("cursor=".count).replacing("%2F", with: "/").split(separator: "/")
    var from: Int64 = 0
    if let cursor {
      guard cursor[0] == state.epoch.text else { return problem(.cursorExpired) }
      from = Int64(cursor[1]) ?? 0
    }
    var all = state.records.values.filter { $0.version > from }
      .map { (version: $0.version, change: Change.record($0)) }
    all += state.receipts.filter { $0.version > from }
    all.sort { $0.version < $1.version }
    let page = all.prefix(3)
    return json(
      200,
      ChangePage(
        epoch: state.epoch, now: now,
        cursor: "\(state.epoch.text)/\(page.last?.version ?? from)", more: page.count < all.count,
        changes: page.map(\.change)))
  }
}

// Uploads (§6).
extension FakeCentre {
  private func create(
    _ request: TransportRequest, _ body: [UInt8], isWhole: Bool
  ) -> TransportResponse {
    guard header(request, "Tus-Resumable") == "1.0.0",
      let length = header(request, "Upload-Length").flatMap({ Int64($0) }),
      let metadata = header(request, "Upload-Metadata"),
      let (kind, sha256, of) = Self.read(metadata), (kind == "thumbnail") == (of != nil),
      kind == "segment" || kind == "photo" || kind == "thumbnail" && knowsThumbnails
    else { return problem(.malformed) }
    let known = state.uploads.first {
      $0.value.kind == kind && $0.value.sha256 == sha256 && $0.value.length == length
        && $0.value.of == of
    }?.key
    let id = known ?? "u\(state.nextUpload)"
    if known == nil {
      state.nextUpload += 1
      state.uploads[id] = Upload(kind: kind, sha256: sha256, length: length, of: of)
      if kind == "photo", let photo = state.photos[sha256] { finish(id, photo) }
    }
    let location = ("Location", "https://centre.example/gw/v1/uploads/\(id)")
    let had = state.uploads[id]?.bytes.count ?? 0
    if let refusal = append(Array(body.dropFirst(had)), to: id) { return refusal }
    let upload = state.uploads[id]
    return tus(
      201, [location, ("Upload-Offset", String(upload?.bytes.count ?? 0))],
      receipt: body.isEmpty ? nil : upload?.receipt)
  }

  private func upload(
    _ request: TransportRequest, _ id: String, _ body: [UInt8], isWhole: Bool
  ) -> TransportResponse {
    guard let upload = state.uploads[id] else { return problem(.uploadUnknown) }
    let offset = ("Upload-Offset", String(upload.bytes.count))
    switch request.method {
    case "HEAD": return tus(200, [offset, ("Upload-Length", String(upload.length))])
    case "GET":
      guard let receipt = upload.receipt else {
        return problem(.uploadIncomplete, headers: [offset])
      }
      return tus(200, [], receipt: receipt)
    case "PATCH":
      guard header(request, "Content-Type") == "application/offset+octet-stream" else {
        return problem(.contentType)
      }
      guard header(request, "Upload-Offset") == offset.1 else {
        return problem(.offsetMismatch, headers: [offset])
      }
      if let refusal = append(body, to: id) { return refusal }
      return tus(204, [("Upload-Offset", String(state.uploads[id]?.bytes.count ?? 0))])
    default: return problem(.methodNotAllowed)
    }
  }

  private static func read(_ metadata: String) -> (String, Digest, of: Digest?)? {
    var values: [String: String] = [:]
    for pair in metadata.split(separator: ",") {
      let parts = pair.split(separator: " ").map(String.init)
      guard parts.count == 2 else { return nil }
      values[parts[0]] = decoded(parts[1])
    }
    guard let kind = values["kind"], let digest = values["sha256"].flatMap({ Digest(hex: $0) })
    else { return nil }
    return (kind, digest, of: values["of"].flatMap { Digest(hex: $0) })
  }

  private static func decoded(_ text: String) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var (bits, count) = (UInt32(0), 0)
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      guard let value = alphabet.firstIndex(of: byte) else { break }
      bits = bits << 6 | UInt32(value)
      count += 6
      if count >= 8 {
        count -= 8
        bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Keeps bytes; the last ones make the upload complete. A refusal to return
  /// in the answer's stead, or nil.
  private func append(_ bytes: [UInt8], to id: String) -> TransportResponse? {
    guard var upload = state.uploads[id], upload.receipt == nil else { return nil }
    upload.bytes += bytes
    state.uploads[id] = upload
    guard upload.bytes.count == upload.length else { return nil }
    guard SHA256.hash(upload.bytes) == upload.sha256 else {
      state.uploads[id] = nil
      return problem(.digestMismatch)
    }
    if upload.kind == "photo" {
      finish(id, upload.bytes)
      return nil
    }
    if let photo = upload.of {
      let receipt = Receipt.thumbnail(
        epoch: state.epoch, sha256: upload.sha256, photo: photo)
      state.thumbnails[photo] = upload.bytes
      state.uploads[id]?.receipt = receipt
      return nil
    }
    let refusal = intake(upload.bytes, id)
    if refusal != nil { state.uploads[id] = nil }
    return refusal
  }

  private func finish(_ id: String, _ photo: [UInt8]) {
    guard let upload = state.uploads[id] else { return }
    state.photos[upload.sha256] = photo
    let receipt = Receipt.photo(
      epoch: state.epoch, sha256: upload.sha256, bytes: upload.length)
    state.uploads[id]?.bytes = photo
    state.uploads[id]?.receipt = receipt
  }
}

// Intake (§4, §5), with one device and no rival.
extension FakeCentre {
  private func intake(_ bytes: [UInt8], _ id: String) -> TransportResponse? {
    let segment: Segment
    do { segment = try Segment(bytes: bytes) } catch .chainBroken {
      return problem(.chainBroken)
    } catch {
      return problem(.segmentMalformed)
    }
    let header = segment.header
    guard header.device == device else { return problem(.segmentForeign) }
    let key = LaneKey(incarnation: header.incarnation, lane: header.lane)
    var received = state.lanes[key] ?? []
    guard header.first <= received.count + 1 else {
      return problem(.sequenceGap, expected: Int64(received.count + 1))
    }
    var hash = header.previous
    guard hash == self.hash(received, at: header.first - 1, key) else {
      return problem(.chainForked)
    }
    var results: [OperationResult] = []
    for (index, line) in segment.lines.enumerated() {
      let seq = header.first + Int64(index)
      hash = JournalChain.hash(line, after: hash)
      if seq <= received.count {
        guard received[Int(seq) - 1].hash == hash else { return problem(.chainForked) }
      } else {
        received.append(Received(hash: hash, result: apply(line, seq)))
      }
      results.append(received[Int(seq) - 1].result)
    }
    state.lanes[key] = received
    state.version += 1
    state.receipts.append(
      (
        state.version,
        .receipt(
          incarnation: header.incarnation, lane: header.lane, results: results,
          version: state.version)
      ))
    let receipt = Receipt.segment(
      epoch: state.epoch, lane: header.lane, first: header.first, last: header.last,
      results: results, missing: missing(segment))
    state.uploads[id]?.receipt = receipt
    return nil
  }

  private func hash(_ received: [Received], at seq: Int64, _ key: LaneKey) -> Digest {
    seq == 0
      ? JournalChain.genesis(incarnation: key.incarnation, lane: key.lane)
      : received[Int(seq) - 1].hash
  }

  private func missing(_ segment: Segment) -> [Digest] {
    var missing: [Digest] = []
    for line in segment.lines {
      guard let operation = try? WireJSON.decode(Operation.self, from: line) else { continue }
      for text in operation.photos ?? [] {
        if let photo = Digest(hex: text), state.photos[photo] == nil { missing.append(photo) }
      }
    }
    return missing
  }

  private func apply(_ line: [UInt8], _ seq: Int64) -> OperationResult {
    guard let operation = try? WireJSON.decode(Operation.self, from: line), operation.seq == seq
    else { return OperationResult(seq: seq, op: nil, result: .refused, code: .malformed) }
    func refused(_ code: RefusalCode) -> OperationResult {
      OperationResult(seq: seq, op: operation.op, result: .refused, code: code)
    }
    guard state.effects[operation.op] == nil else { return refused(.duplicate) }
    if let grid = operation.grid, !scope.contains(grid) { return refused(.gridOutOfScope) }
    var record: Record
    if operation.action == .create {
      guard state.records[operation.record] == nil else { return refused(.recordExists) }
      record = Record(
        id: operation.record, element: operation.element, kind: operation.kind,
        grid: operation.grid ?? "", parent: operation.parent)
    } else {
      guard let known = state.records[operation.record] else { return refused(.recordUnknown) }
      record = known
    }
    let isMerged = (foreign[record.id] ?? 0) > operation.base
    record.set(operation.fields ?? [:])
    if let position = operation.position { record.position = position }
    for photo in operation.photos ?? [] where record.photos?.contains(photo) != true {
      record.photos = (record.photos ?? []) + [photo]
    }
    record.deleted = operation.action == .delete ? true : nil
    state.version += 1
    record.version = state.version
    state.records[record.id] = record
    state.effects[operation.op, default: 0] += 1
    return OperationResult(
      seq: seq, op: operation.op, result: isMerged ? .merged : .applied, version: state.version)
  }
}
