import Domain
import Glibc
import SyncProtocol
import Testing

@testable import FieldCore

/// What the centre will not take waits for somebody: neither lost nor sent for ever.
@Suite struct HeldTests {
  /// A centre that refuses bodies by what they are.
  private final class Picky: Transport {
    let centre: FakeCentre
    var refuses: (TransportRequest) -> ProblemCode? = { _ in nil }
    private(set) var refusals = 0

    init(_ centre: FakeCentre) { self.centre = centre }

    func send(_ request: TransportRequest) throws(TransportError) -> TransportResponse {
      guard let code = refuses(request) else { return try centre.send(request) }
      refusals += 1
      let body = (try? WireJSON.encode(Problem(code))) ?? []
      return TransportResponse(
        status: code.status,
        headers: [("Content-Type", Problem.mediaType), ("Tus-Resumable", "1.0.0")], body: body)
    }
  }

  @Test("a segment refused three times waits until a person asks, and the other lane goes on")
  func lane() throws {
    let pair = try Pair()
    let store = pair.field.store
    let picky = Picky(pair.centre)
    let agent = try SyncAgent(store: store, transport: picky)
    try store.commit([.create(pair.field.resident("甲"))])
    picky.refuses = { $0.body.count > 0 ? .segmentMalformed : nil }
    #expect(agent.run().held == [.normal])
    #expect(picky.refusals == 3)
    picky.refuses = { _ in nil }
    try store.commit([.create(pair.field.report("井盖"))])
    #expect(try store.queueSummary().held == 1)
    let next = agent.run()
    #expect(next.held == [.normal])
    #expect(next.operations == 1)
    #expect(picky.refusals == 3)
    let asked = agent.run(asked: true)
    #expect(asked.error == nil)
    #expect(asked.held == [])
    #expect(asked.operations == 1)
    #expect(try store.queueSummary().held == 0)
    try pair.expectEqual()
  }

  @Test("a photo the centre does not take is told of once, and sent again when a person asks")
  func photo() throws {
    let pair = try Pair()
    let store = pair.field.store
    let picky = Picky(pair.centre)
    var told: [String] = []
    let agent = try SyncAgent(store: store, transport: picky) {
      if case .photoHeld(_, let problem) = $0 { told.append(problem) }
    }
    let photo = try store.addPhoto([1, 2, 3])
    try store.commit([.create(pair.field.resident("甲"), photos: [photo])])
    picky.refuses = { request in
      if case .file = request.body { .tooLarge } else { nil }
    }
    #expect(agent.run().heldPhotos == 1)
    #expect(agent.run().heldPhotos == 0)
    #expect(told == ["too-large"])
    picky.refuses = { _ in nil }
    #expect(agent.run().photos == 0)
    #expect(agent.run(asked: true).photos == 1)
    try pair.expectEqual()
  }

  @Test("what waits for somebody does not look like new work")
  func journalEnd() throws {
    let pair = try Pair()
    let store = pair.field.store
    let photo = try store.addPhoto([1, 2, 3])
    var elsewhere = pair.field.resident("外")
    elsewhere.grid = "G9"
    try store.commit([.create(elsewhere, photos: [photo])])
    let end = try store.journalEnd()
    #expect(try pair.sync().refused == 1)
    #expect(try !store.queueSummary().isEmpty, "the photo waits with its operation")
    #expect(try store.journalEnd() == end)
    try store.commit([.create(pair.field.resident("内"))])
    #expect(try store.journalEnd() > end)
  }

  @Test("a photo whose operation was refused waits with it, and no longer once that is dismissed")
  func dismissed() throws {
    let pair = try Pair()
    let store = pair.field.store
    var elsewhere = pair.field.resident("外")
    elsewhere.grid = "G9"
    let photo = try store.addPhoto([1, 2, 3])
    let entry = try store.commit([.create(elsewhere, photos: [photo])])[0]
    #expect(try pair.sync().refused == 1)
    #expect(try store.queueSummary().photos.items == 1)
    try store.dismissRefusal(entry.operation.op)
    #expect(try store.queue() == [])
    #expect(try store.queueSummary().isEmpty)
    #expect(try store.photos.exists(photo), "the file stays")
  }

  @Test("what killed writers of photos left behind is cleared away by a round")
  func abandoned() throws {
    let pair = try Pair()
    let incoming = pair.field.store.photos.root + "/incoming"
    for name in ["old", "new"] { try Field.write([1], to: incoming + "/" + name) }
    var times = [timeval(tv_sec: 0, tv_usec: 0), timeval(tv_sec: 0, tv_usec: 0)]
    #expect(utimes(incoming + "/old", &times) == 0)
    times[1].tv_sec = Int(pair.field.machine.now / 1000) - 60
    #expect(utimes(incoming + "/new", &times) == 0)
    #expect(try pair.sync().error == nil)
    #expect(access(incoming + "/old", F_OK) != 0)
    #expect(access(incoming + "/new", F_OK) == 0)
  }

  @Test(
    "Retry-After is honoured for an hour at most",
    arguments: [
      ("7", 7), ("-5", 0), ("86400", 3600), ("9223372036854775807", 3600),
    ] as [(String, Int64)])
  func retryAfter(field: String, seconds: Int64) {
    let answer = TransportResponse(status: 503, headers: [("Retry-After", field)], body: [])
    #expect(CentreClient.failure(answer).retryAfter == seconds)
  }

  @Test("only what a person has to do on this device ends the watch")
  func watch() throws {
    let worker = Worker(id: "7", name: "王")
    for error in [SyncError.unauthorized, .revoked, .notEnrolled, .local(.belongsTo(worker))] {
      #expect(error.endsWatch, "\(error)")
    }
    for error in [
      SyncError.offline(.untrusted), .protocolViolation, .portal, .local(.storageFull),
      .refusedByCentre(.malformed, retryAfter: nil),
    ] {
      #expect(!error.endsWatch, "\(error)")
    }
  }
}
