import Domain
import SyncProtocol
import Testing

@testable import FieldCore

/// Something between the handheld and the centre: it answers in its stead, or
/// lets a request pass.
private final class Middlebox: Transport {
  let centre: FakeCentre
  var answer: (TransportRequest) throws(TransportError) -> TransportResponse?
  private(set) var stopped = 0

  init(
    _ centre: FakeCentre,
    _ answer: @escaping (TransportRequest) throws(TransportError) -> TransportResponse?
  ) {
    self.centre = centre
    self.answer = answer
  }

  func send(_ request: TransportRequest) throws(TransportError) -> TransportResponse {
    let stopped: TransportResponse?
    do throws(TransportError) { stopped = try answer(request) } catch {
      self.stopped += 1
      throw error
    }
    if let stopped {
      self.stopped += 1
      return stopped
    }
    return try centre.send(request)
  }

  static func page(_ status: Int, _ headers: [(String, String)] = []) -> TransportResponse {
    TransportResponse(
      status: status,
      headers: [(name: "Content-Type", value: "text/html")]
        + headers.map { (name: $0.0, value: $0.1) },
      body: Array("<html>".utf8))
  }
}

@Suite struct ObstacleTests {
  /// A handheld whose photo of 200 kB is cut once, so that it goes on by HEAD
  /// and PATCH.
  private func pair() throws -> Pair {
    let pair = try Pair()
    let photo = try pair.field.store.addPhoto(
      (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
    try pair.field.store.commit([.create(pair.field.resident("甲"), photos: [photo])])
    var isCut = false
    pair.centre.fault = { _, request in
      guard request.body.count > 10_000, !isCut else { return nil }
      isCut = true
      return .cut(60_000)
    }
    return pair
  }

  @Test("a proxy that stops PATCH: POST in its stead, learnt once", arguments: [403, 405, 501])
  func patchStopped(status: Int) throws {
    let pair = try pair()
    let proxy = Middlebox(pair.centre) { request throws(TransportError) in
      ["PATCH", "HEAD", "DELETE"].contains(request.method) ? Middlebox.page(status) : nil
    }
    #expect(try SyncAgent(store: pair.field.store, transport: proxy).run().error == nil)
    #expect(proxy.stopped == 1)
    #expect(pair.centre.requests.contains { $0.method == "PATCH" }, "told by the override")
    try pair.expectEqual()
  }

  @Test("a proxy that closes at PATCH is told from a broken link")
  func patchClosed() throws {
    let pair = try pair()
    let proxy = Middlebox(pair.centre) { request throws(TransportError) in
      if request.method == "PATCH" { throw .broken }
      return nil
    }
    let patience = Patience(random: { 0 }, pause: { _ in })
    let agent = try SyncAgent(store: pair.field.store, transport: proxy, patience: patience)
    #expect(agent.run().error == nil)
    #expect(proxy.stopped == 2)
    try pair.expectEqual()
  }

  @Test("a proxy that lets only small bodies through gets small ones")
  func bodyLimit() throws {
    let pair = try pair()
    pair.centre.fault = { _, _ in nil }
    let proxy = Middlebox(pair.centre) { request throws(TransportError) in
      request.body.count > 60_000 ? Middlebox.page(413) : nil
    }
    #expect(try SyncAgent(store: pair.field.store, transport: proxy).run().error == nil)
    // 200 and 100 kB are stopped; four of 50 kB pass.
    #expect(proxy.stopped == 2)
    #expect(pair.centre.large == [50_000, 50_000, 50_000, 50_000])
    try pair.expectEqual()
  }

  @Test("a proxy that lets nothing through is no success, and nothing is lost")
  func nothingPasses() throws {
    let pair = try pair()
    let proxy = Middlebox(pair.centre) { request throws(TransportError) in
      request.body.count > 2000 ? Middlebox.page(413) : nil
    }
    #expect(try SyncAgent(store: pair.field.store, transport: proxy).run().error == .portal)
    #expect(try pair.sync().error == nil)
    try pair.expectEqual()
  }

  @Test("a sign-in page is told as one", arguments: [200, 302, 307, 407, 511])
  func signIn(status: Int) throws {
    let pair = try pair()
    let proxy = Middlebox(pair.centre) { _ throws(TransportError) in
      Middlebox.page(status, [("Location", "http://login.example/")])
    }
    #expect(try SyncAgent(store: pair.field.store, transport: proxy).run().error == .portal)
    #expect(try !pair.field.store.queueSummary().isEmpty)
    #expect(try pair.sync().error == nil)
    try pair.expectEqual()
  }

  /// Field, answer's date, seconds.
  static let waits: [(String, String?, Int64?)] = [
    ("120", nil, 120), ("-5", nil, 0), ("999999999", nil, 3600), ("soon", nil, nil),
    ("Sun, 06 Nov 1994 08:50:07 GMT", "Sun, 06 Nov 1994 08:49:37 GMT", 30),
    // The turn of a leap day and of a year, and a date that has passed.
    ("Tue, 29 Feb 2028 00:00:10 GMT", "Mon, 28 Feb 2028 23:59:50 GMT", 20),
    ("Sat, 01 Jan 2028 00:00:01 GMT", "Fri, 31 Dec 2027 23:59:59 GMT", 2),
    ("Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:50:07 GMT", 0),
    ("Sun, 06 Nov 1994 08:50:07 GMT", nil, nil),
    ("Sun, 06 Nov 1994 25:50:07 GMT", "Sun, 06 Nov 1994 08:49:37 GMT", nil),
  ]

  @Test("Retry-After in seconds and as a date by the answer's own clock", arguments: waits)
  func retryAfter(field: String, date: String?, seconds: Int64?) throws {
    let pair = try pair()
    for status in [429, 503] {
      let proxy = Middlebox(pair.centre) { _ throws(TransportError) in
        Middlebox.page(status, [("Retry-After", field)] + (date.map { [("Date", $0)] } ?? []))
      }
      let error = try SyncAgent(store: pair.field.store, transport: proxy).run().error
      #expect(error == .unavailable(status: status, retryAfter: seconds))
    }
  }

  @Test("a link that is dark for a moment in a round is waited for")
  func dark() throws {
    let pair = try pair()
    pair.centre.fault = { _, _ in nil }
    var waited = 0.0
    let patience = Patience(random: { .max }, pause: { waited += $0 })
    var isDark = false
    let mast = Middlebox(pair.centre) { request throws(TransportError) in
      if request.body.count > 10_000 { isDark = true }
      if isDark, waited < 1 { throw .unreachable }
      return nil
    }
    let agent = try SyncAgent(store: pair.field.store, transport: mast, patience: patience)
    #expect(agent.run().error == nil)
    #expect(waited >= 1)
    #expect(waited < 2, "tries are close together")
    try pair.expectEqual()
  }

  @Test("a round that begins in the dark ends at once")
  func darkFromTheBeginning() throws {
    let pair = try pair()
    var waited = 0.0
    let patience = Patience(random: { .max }, pause: { waited += $0 })
    let mast = Middlebox(pair.centre) { _ throws(TransportError) in throw .unreachable }
    let agent = try SyncAgent(store: pair.field.store, transport: mast, patience: patience)
    #expect(agent.run().error == .offline(.unreachable))
    #expect(waited == 0)
  }
}
