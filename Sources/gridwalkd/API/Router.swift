import CentralCore
import Domain
import HTTP
import SyncProtocol

/// Sends each request to its endpoint: the whole HTTP surface of the centre in
/// one table.
struct Router: HTTPHandler {
  let centre: Centre
  let devices: DeviceGate
  let uploads: UploadEndpoint
  let console: Console
  let metrics: Metrics
  private let enrollments = RateLimit(attempts: 20, windowSeconds: 60)

  init(centre: Centre, metrics: Metrics) {
    self.centre = centre
    self.metrics = metrics
    devices = DeviceGate(enrollment: centre.enrollment)
    uploads = UploadEndpoint(centre: centre)
    console = Console(centre: centre)
  }

  func plan(_ head: RequestHead) -> BodyPlan {
    let path = head.path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
    switch (path.first, path.count) {
    case ("v1", 2...): return protocolPlan(head, Array(path.dropFirst()).map(String.init))
    case ("console", _): return console.plan(head)
    case ("healthz", 1): return .respond(health(head))
    case ("metrics", 1): return .respond(metricsPage(head))
    case ("favicon.ico", 1): return .respond(Response(status: 204))
    case ("", 1): return .respond(Response(status: 303, headers: ["Location": "/console/"]))
    default: return .respond(.problem(.notFound))
    }
  }

  func refusal(_ fault: MessageFault, head: RequestHead?) -> Response {
    switch fault.status {
    case 413: .problem(.tooLarge)
    case 400: .problem(.malformed)
    default: Response(status: fault.status)
    }
  }

  private func protocolPlan(_ head: RequestHead, _ path: [String]) -> BodyPlan {
    switch (path.first, path.count) {
    case ("enroll", 1): return enrollPlan(head)
    case ("session", 1): return answering(head, ["GET"]) { try session(head, $0) }
    case ("changes", 1): return answering(head, ["GET"]) { try changes(head, $0) }
    case ("photos", 2):
      return answering(head, ["GET", "HEAD"]) { try photo(path[1], head, $0) }
    case ("uploads", 1...2): return uploads.plan(head, id: path.dropFirst().first, devices)
    default: return .respond(.problem(.notFound))
    }
  }

  /// The plan of an endpoint that needs a device and no body.
  private func answering(
    _ head: RequestHead, _ methods: [String], _ body: (Device) throws -> Response
  ) -> BodyPlan {
    guard methods.contains(head.method) else { return .respond(.notAllowed(methods)) }
    return .respond(.of { try body(devices.admit(head)) })
  }

  private func enrollPlan(_ head: RequestHead) -> BodyPlan {
    guard head.method == "POST" else { return .respond(.notAllowed(["POST"])) }
    if let seconds = enrollments.refuse(ClientAddress.of(head), now: centre.now()) {
      return .respond(.problem(.rateLimited, headers: ["Retry-After": String(seconds)]))
    }
    return .collect(upTo: Limits.requestBytes) { request in
      .of {
        let asked = try WireJSON.decode(EnrollRequest.self, from: request.body)
        guard asked.schema == Limits.schema else { throw ProblemCode.schemaUnsupported.fault }
        return try .json(centre.enrollment.enroll(asked), status: 201)
      }
    }
  }

  private func session(_ head: RequestHead, _ device: Device) throws -> Response {
    guard let text = head.queryValue("incarnation"), let incarnation = UniqueID(text)
    else { throw ProblemCode.malformed.fault }
    return try .json(centre.enrollment.session(of: device, incarnation: incarnation))
  }

  private func changes(_ head: RequestHead, _ device: Device) throws -> Response {
    let limit = head.queryValue("limit").flatMap { Int($0) } ?? Limits.pageChanges
    let page = try centre.store.read {
      try centre.feed.page(
        for: device, after: head.queryValue("cursor"), limit: limit, in: $0)
    }
    if !page.more { try noteSynced(device) }
    return try .json(page)
  }

  /// The console shows when a device last read the feed to its end; to the
  /// minute is enough, and spares a write on every request.
  private func noteSynced(_ device: Device) throws {
    let now = centre.now()
    guard now - (device.syncedAt ?? 0) > 60_000 else { return }
    try centre.store.write { transaction in
      guard var current = try transaction.device(device.id) else { return }
      current.syncedAt = now
      try transaction.put(current)
    }
  }

  private func photo(_ name: String, _ head: RequestHead, _ device: Device) throws -> Response {
    guard let digest = Digest(hex: name), try isVisible(digest, to: device, as: head.photoForm)
    else { throw ProblemCode.notFound.fault }
    return try .photo(digest, head.photoForm, of: centre)
  }

  /// A photo is visible to a device whose scope has a record that names it, and
  /// to the device that sent it; its thumbnail likewise.
  private func isVisible(
    _ photo: Digest, to device: Device, as form: PhotoForm
  ) throws -> Bool {
    try centre.store.read { transaction in
      if try transaction.sender(ofPhoto: photo) == device.id { return true }
      if form == .thumbnail, try transaction.hasThumbnail(of: photo, from: device.id) {
        return true
      }
      let scope = Set(try transaction.grids(ofWorker: device.worker))
      return try transaction.grids(ofPhoto: photo).contains { scope.contains($0) }
    }
  }

  private func health(_ head: RequestHead) -> Response {
    guard head.method == "GET" || head.method == "HEAD" else {
      return .notAllowed(["GET", "HEAD"])
    }
    return .of {
      _ = try centre.store.read { try $0.head() }
      return try .json(["status": "ok"])
    }
  }

  /// Metrics hold no personal data, but say how a city works: they are for the
  /// machine itself, and for whom the reverse proxy does not call a stranger.
  private func metricsPage(_ head: RequestHead) -> Response {
    guard ClientAddress.isLoopback(head.remoteAddress),
      ClientAddress.isLoopback(ClientAddress.of(head))
    else { return .problem(.notFound) }
    guard head.method == "GET" || head.method == "HEAD" else {
      return .notAllowed(["GET", "HEAD"])
    }
    return .of { try metrics.page(of: centre) }
  }
}
