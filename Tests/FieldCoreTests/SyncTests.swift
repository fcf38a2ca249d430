import Domain
import Glibc
import SyncProtocol
import Testing

@testable import FieldCore

/// A handheld and a centre between which a test may put anything.
struct Pair {
  let field: Field
  let centre: FakeCentre

  init(seed: UInt64 = 1) throws {
    field = try Field(seed: seed)
    centre = try FakeCentre()
    try agent().enroll(code: centre.code, centre: "https://centre.example/gw", name: "手持一号")
  }

  func agent(_ report: @escaping (SyncEvent) -> Void = { _ in }) throws -> SyncAgent {
    try SyncAgent(store: field.store, transport: centre, report: report)
  }

  func sync() throws -> SyncOutcome { try agent().run() }

  /// Every operation took effect exactly once, every photo is there, and what
  /// shows here is what the centre has.
  func expectEqual() throws {
    let store = field.store
    #expect(try store.queueSummary().isEmpty)
    #expect(store.verify() == [])
    var ops: Set<UniqueID> = []
    var photos: Set<Digest> = []
    try store.connection.forEach("SELECT line FROM journal") { row in
      let operation = try WireJSON.decode(Operation.self, from: row.blob(0))
      ops.insert(operation.op)
      photos.formUnion((operation.photos ?? []).compactMap { Digest(hex: $0) })
      return true
    }
    #expect(Set(centre.state.effects.keys) == ops)
    #expect(centre.state.effects.values.allSatisfy { $0 == 1 })
    #expect(Set(centre.state.photos.keys) == photos)
    for (id, theirs) in centre.state.records {
      let ours = try #require(try store.record(id)).record
      #expect(ours.fields == theirs.fields)
      #expect((ours.deleted ?? false) == (theirs.deleted ?? false))
      #expect(ours.version == theirs.version)
      #expect(Set(ours.photos ?? []) == Set(theirs.photos ?? []))
    }
  }
}

extension FakeCentre {
  /// The sizes of the bodies that are no report's.
  var large: [Int64] { requests.map(\.body).filter { $0 > 10_000 } }
}

@Suite struct SyncTests {
  @Test("a round brings operations, receipts, changes and photos, urgent and small first")
  func fullRound() throws {
    let pair = try Pair()
    let store = pair.field.store
    let large = try store.addPhoto(Array(repeating: 7, count: 50_000))
    let small = try store.addPhoto([1, 2, 3])
    try store.commit([.create(pair.field.resident("甲"), photos: [large])])
    try store.commit([.create(pair.field.report("井盖"), photos: [small])])
    var events: [SyncEvent] = []
    let outcome = try pair.agent { events.append($0) }.run()
    #expect(outcome.error == nil)
    #expect(outcome.operations == 2)
    #expect(outcome.photos == 2)
    try pair.expectEqual()
    let order = events.compactMap { event -> String? in
      switch event {
      case .segment(let lane, _, _, _): lane.rawValue
      case .page: "changes"
      case .photo(let photo, _): photo == small ? "small" : "large"
      default: nil
      }
    }
    #expect(order == ["urgent", "normal", "changes", "changes", "small", "large"])
    #expect(try store.device().lastSyncResult == "ok")
    // The centre's clock is a minute ahead of this one.
    #expect(try store.device().clockOffset == 60_000)
    let again = try pair.sync()
    #expect(again.operations + again.photos == 0)
  }

  @Test("a lost acknowledgement costs no bytes: the receipt is fetched")
  func lostAcknowledgement() throws {
    let pair = try Pair()
    try pair.field.store.commit([.create(pair.field.resident("甲"))])
    pair.centre.fault = { _, request in
      request.method == "POST" && request.body.count > 0 ? .answerLost : nil
    }
    let outcome = try pair.sync()
    #expect(outcome.error == nil)
    #expect(outcome.operations == 1)
    #expect(pair.centre.requests.filter { $0.body > 0 && $0.path == "/v1/uploads" }.count == 1)
    try pair.expectEqual()
  }

  @Test("a process that died before the receipt came fetches it without sending a byte")
  func diedBeforeReceipt() throws {
    let pair = try Pair()
    try pair.field.store.commit([.create(pair.field.resident("甲"))])
    var isLost = false
    pair.centre.fault = { _, request in
      if isLost { return .lost }
      isLost = request.body.count > 0
      return isLost ? .answerLost : nil
    }
    #expect(try pair.sync().error == .offline(.unreachable))
    pair.centre.fault = { _, _ in nil }
    try pair.field.reopen()
    let before = pair.centre.requests.count
    #expect(try pair.sync().operations == 1)
    #expect(pair.centre.requests.dropFirst(before).allSatisfy { $0.body == 0 })
    try pair.expectEqual()
  }

  @Test("a torn photo goes on where it broke, in a new process too")
  func resume() throws {
    let pair = try Pair()
    let store = pair.field.store
    let photo = try store.addPhoto((0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
    try store.commit([.create(pair.field.resident("甲"), photos: [photo])])
    var breaks = 0
    pair.centre.fault = { _, request in
      if request.body.count > 10_000 {
        breaks += 1
        return .cut(request.method == "POST" ? 60_000 : 40_000)
      }
      // After the second break the link stays down, so that the round ends.
      return request.method == "HEAD" && breaks == 2 ? .lost : nil
    }
    #expect(try pair.sync().error == .offline(.unreachable))
    #expect(try store.queue().map(\.state) == [.sending])
    pair.centre.fault = { _, _ in nil }
    try pair.field.reopen()
    let outcome = try pair.sync()
    #expect(outcome.error == nil)
    #expect(outcome.bytes == 100_000)
    #expect(pair.centre.large == [200_000, 140_000, 100_000])
    try pair.expectEqual()
  }

  @Test("a link that breaks again and again but carries something is used at once")
  func breakingLink() throws {
    let pair = try Pair()
    let photo = try pair.field.store.addPhoto(Array(repeating: 5, count: 200_000))
    try pair.field.store.commit([.create(pair.field.resident("甲"), photos: [photo])])
    pair.centre.fault = { _, request in request.body.count > 10_000 ? .cut(30_000) : nil }
    let outcome = try pair.sync()
    #expect(outcome.error == nil)
    #expect(outcome.photos == 1)
    // 200 kB, 30 kB less at every break; the last 20 kB arrive and only their
    // answer is lost.
    #expect(pair.centre.large == [200_000, 170_000, 140_000, 110_000, 80_000, 50_000, 20_000])
  }

  @Test("a captive portal's 200 is a failure of the network", arguments: 1...4)
  func portal(request: Int) throws {
    let pair = try Pair()
    let photo = try pair.field.store.addPhoto(Array(repeating: 5, count: 100_000))
    try pair.field.store.commit([.create(pair.field.resident("甲"), photos: [photo])])
    let before = pair.centre.requests.count
    pair.centre.fault = { number, _ in number == before + request ? .portal : nil }
    let outcome = try pair.sync()
    #expect(outcome.error == .portal)
    #expect(try !pair.field.store.queueSummary().isEmpty)
    #expect(try pair.sync().error == nil)
    try pair.expectEqual()
  }

  @Test("uploads that the centre dropped are begun anew")
  func dropped() throws {
    let pair = try Pair()
    let photo = try pair.field.store.addPhoto(Array(repeating: 5, count: 100_000))
    try pair.field.store.commit([.create(pair.field.resident("甲"), photos: [photo])])
    pair.centre.fault = { _, request in
      if request.method == "PATCH" { return .uploadsDropped }
      return request.body.count > 10_000 ? .cut(30_000) : nil
    }
    // Every PATCH finds its upload gone: given up, nothing lost.
    #expect(try pair.sync().error == .protocolViolation)
    pair.centre.fault = { _, _ in nil }
    #expect(try pair.sync().error == nil)
    try pair.expectEqual()
  }

  @Test("busy is waited for as long as asked; 401 and 403 drop nothing")
  func refusals() throws {
    let pair = try Pair()
    try pair.field.store.commit([.create(pair.field.resident("甲"))])
    pair.centre.fault = { _, _ in .busy }
    #expect(try pair.sync().error == .refusedByCentre(.busy, retryAfter: 7))
    pair.centre.fault = { _, _ in .gateway }
    #expect(try pair.sync().error == .unavailable(status: 502, retryAfter: nil))
    pair.centre.fault = { _, _ in nil }
    pair.centre.isRevoked = true
    #expect(try pair.sync().error == .revoked)
    #expect(try pair.field.store.queueSummary().operations[.normal]?.items == 1)
    #expect(
      try pair.field.store.attempts().map(\.code) == ["device-revoked", "unavailable-502", "busy"])
    pair.centre.isRevoked = false
    #expect(try pair.sync().error == nil)
    try pair.expectEqual()
  }

  @Test("an operation the centre refuses does not hold up those behind it")
  func quarantine() throws {
    let pair = try Pair()
    let store = pair.field.store
    var elsewhere = pair.field.resident("外")
    elsewhere.grid = "G9"
    try store.commit([.create(elsewhere), .create(pair.field.resident("内"))])
    let outcome = try pair.sync()
    #expect(outcome.refused == 1)
    #expect(outcome.operations == 2)
    #expect(try store.queue().map(\.state) == [.refused(.gridOutOfScope)])
    #expect(try store.record(elsewhere.id)?.record.title == "外")
    #expect(pair.centre.state.records.values.map(\.title) == ["内"])

    // The grid becomes hers: what was refused is done again as it now shows.
    try store.commit([.update(elsewhere.id, fields: ["phone": "1"])])
    #expect(try pair.sync().refused == 1)
    pair.centre.scope.insert("G9")
    try store.retryRefused(elsewhere.id)
    #expect(try pair.sync().refused == 0)
    #expect(try store.queue() == [])
    #expect(pair.centre.state.records[elsewhere.id]?.fields == ["name": "外", "phone": "1"])
    #expect(try store.record(elsewhere.id)?.server?.version ?? 0 > 0)
  }

  @Test("a restored centre gets again what its backup lacks, photos included")
  func epoch() throws {
    let pair = try Pair()
    let store = pair.field.store
    let first = try store.addPhoto([1])
    let second = try store.addPhoto([2])
    let record = pair.field.resident("甲")
    try store.commit([.create(record, photos: [first])])
    // Received without its photo at the moment of the backup.
    pair.centre.fault = { _, request in request.body.count == 1 ? .lost : nil }
    #expect(try pair.sync().error == .offline(.unreachable))
    pair.centre.fault = { _, _ in nil }
    let backup = pair.centre.state
    #expect(try pair.sync().error == nil)
    try store.commit([.update(record.id, fields: ["phone": "1"], photos: [second])])
    #expect(try pair.sync().error == nil)
    try pair.expectEqual()
    try pair.centre.restore(backup, epoch: 101)
    var events: [SyncEvent] = []
    #expect(try pair.agent { events.append($0) }.run().error == nil)
    #expect(events.contains(.epochChanged))
    try pair.expectEqual()
    #expect(try store.device().epoch == pair.centre.state.epoch)
  }

  @Test("a centre restored in the middle of a round is noticed")
  func epochMidway() throws {
    let pair = try Pair()
    try pair.field.store.commit([.create(pair.field.resident("甲"))])
    let backup = pair.centre.state
    let centre = pair.centre
    let before = centre.requests.count
    centre.fault = { number, _ in
      if number == before + 3 { try? centre.restore(backup, epoch: 102) }
      return nil
    }
    #expect(try pair.sync().error == nil)
    try pair.expectEqual()
  }

  @Test("the centre's gap is filled from the journal")
  func gap() throws {
    let pair = try Pair()
    try pair.field.store.commit([.create(pair.field.resident("甲"))])
    #expect(try pair.sync().error == nil)
    try pair.field.store.commit([.create(pair.field.resident("乙"))])
    let centre = pair.centre
    let before = centre.requests.count
    // The lane is lost since the last session.
    centre.fault = { number, _ in
      if number == before + 1 {
        centre.state.lanes = [:]
        centre.state.effects = [:]
        centre.state.records = [:]
      }
      return nil
    }
    #expect(try pair.sync().error == nil)
    #expect(centre.state.effects.count == 2)
    #expect(try pair.field.store.queueSummary().isEmpty)
  }

  @Test("a cloned handheld begins an incarnation of its own; nothing is lost or doubled")
  func clone() throws {
    let pair = try Pair()
    try pair.field.store.commit([.create(pair.field.resident("甲"))])
    #expect(try pair.sync().error == nil)
    let path = pair.field.path + "/clone"
    mkdir(path, 0o700)
    try pair.field.store.connection.copy(to: path + "/gridwalk.db")
    let clone = try FieldStore(
      directory: DataDirectory(path: path),
      environment: Field.environment(Field.Machine(seed: 99)))
    try pair.field.store.commit([.create(pair.field.resident("乙"))])
    #expect(try pair.sync().error == nil)
    let before = try clone.device().incarnation
    for name in ["丙", "丁"] {
      let record = Record(
        id: clone.newID(), element: .person, kind: "resident", grid: "G1",
        fields: ["name": .text(name)])
      try clone.commit([.create(record)])
    }
    let outcome = try SyncAgent(store: clone, transport: pair.centre).run()
    #expect(outcome.error == nil)
    #expect(try clone.device().incarnation != before)
    #expect(clone.verify() == [])
    #expect(try clone.queueSummary().isEmpty)
    #expect(
      Set(pair.centre.state.records.values.map(\.title)) == ["甲", "乙", "丙", "丁"])
    #expect(pair.centre.state.effects.values.allSatisfy { $0 == 1 })
    #expect(try pair.sync().error == nil)
    #expect(try pair.field.store.find("丙").count == 1)
  }

  @Test("what an earlier incarnation brought to a history that is no more comes again, in order")
  func formerIncarnation() throws {
    let pair = try Pair()
    let store = pair.field.store
    let record = pair.field.resident("甲")
    try store.commit([.create(record)])
    #expect(try pair.sync().error == nil)
    // The centre knows another journal under this incarnation.
    let key = FakeCentre.LaneKey(incarnation: try store.device().incarnation, lane: .normal)
    let hash = SHA256.hash([1])
    pair.centre.state.lanes[key]?[0].hash = hash
    #expect(try pair.sync().error == nil)
    try store.commit([.update(record.id, fields: ["phone": "13800138000"])])
    #expect(try pair.sync().error == nil)
    #expect(pair.centre.state.effects.count == 2)
    pair.centre.state.epoch = store.newID()
    pair.centre.state.lanes = [:]
    pair.centre.state.effects = [:]
    pair.centre.state.records = [:]
    #expect(try pair.sync().error == nil)
    #expect(pair.centre.state.effects.count == 2)
    #expect(pair.centre.state.records[record.id]?.fields["phone"] == "13800138000")
    #expect(try store.queueSummary().isEmpty)
    #expect(store.verify() == [])
  }

  @Test("a clone's receipt in the feed is not taken for one of ours")
  func cloneReceipt() throws {
    let field = try Field()
    try field.enrolled()
    let entry = try field.store.commit([.create(field.resident("甲"))])[0]
    let incarnation = try field.store.device().incarnation
    for op in [field.store.newID(), nil] {
      let result = OperationResult(seq: 1, op: op, result: .applied, version: 9)
      try field.take(
        .receipt(incarnation: incarnation, lane: .normal, results: [result], version: 9))
      #expect(try field.store.queueSummary().operations[.normal]?.items == 1)
    }
    let ours = OperationResult(seq: 1, op: entry.operation.op, result: .applied, version: 9)
    try field.take(.receipt(incarnation: incarnation, lane: .normal, results: [ours], version: 9))
    #expect(try field.store.queueSummary().isEmpty)
  }

  @Test("what was refused stays here when its grid leaves, until it is dismissed")
  func refusedAndLeft() throws {
    let field = try Field()
    try field.enrolled()
    let record = field.resident("甲")
    let entry = try field.store.commit([.create(record)])[0]
    try field.receive(entry, .refused, code: .gridOutOfScope)
    try field.take(.leave(grid: "G1"))
    #expect(try field.shown(record.id).title == "甲")
    try field.store.dismissRefusal(entry.operation.op)
    #expect(try field.store.record(record.id) == nil)
  }

  @Test("two agents never run on one folder")
  func lock() throws {
    let pair = try Pair()
    var first: SyncAgent? = try pair.agent()
    #expect(throws: SyncError.agentRunning(pid: getpid())) { try pair.agent() }
    withExtendedLifetime(first) {}
    first = nil
    #expect(try pair.sync().error == nil)
  }

  @Test("an agent without a device says so")
  func notEnrolled() throws {
    let field = try Field()
    let agent = try SyncAgent(store: field.store, transport: try FakeCentre())
    #expect(agent.run().error == .notEnrolled)
    #expect(throws: SyncError.refusedByCentre(.codeWrong, retryAfter: nil)) {
      try agent.enroll(code: "0", centre: "http://centre", name: "")
    }
  }

  @Test("a segment holds what the link carries in three seconds")
  func segmentSizes() throws {
    let pair = try Pair()
    let store = pair.field.store
    for index in 0..<60 {
      var record = pair.field.resident("第\(index)")
      record.fields["content"] = .text(String(repeating: "x", count: 1000))
      try store.commit([.create(record)])
    }
    var sizes: [Int64] = []
    let centre = pair.centre
    let machine = pair.field.machine
    // 20 kB a second.
    centre.fault = { _, request in
      machine.monotonic += request.body.count / 20
      return nil
    }
    _ = try pair.agent {
      if case .segment(_, _, _, let bytes) = $0 { sizes.append(bytes) }
    }.run()
    #expect(sizes.count == 2)
    #expect((20_000...32_768).contains(sizes[0]), "unmeasured: 32 KiB")
    #expect((40_000...60_000).contains(sizes[1]), "3 s of 20 kB/s")
    try pair.expectEqual()
  }
}

@Suite struct BackoffTests {
  struct Highest: RandomNumberGenerator {
    func next() -> UInt64 { .max }
  }
  struct Lowest: RandomNumberGenerator {
    func next() -> UInt64 { 0 }
  }

  private func failed(_ error: SyncError = .portal) -> SyncOutcome {
    var outcome = SyncOutcome()
    outcome.error = error
    return outcome
  }

  @Test("the ceiling doubles from one second to fifteen minutes")
  func ceilings() {
    var backoff = Backoff()
    var highest = Highest()
    let waits = (0..<12).map { _ in backoff.wait(after: failed(), using: &highest) }
    let ceilings = [1.0, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]
    for (wait, ceiling) in zip(waits, ceilings) {
      #expect(wait <= ceiling)
      #expect(wait > ceiling * 0.99)
    }
    var lowest = Lowest()
    #expect(backoff.wait(after: failed(), using: &lowest) == 0)
  }

  @Test("progress begins at once and anew; Retry-After is a floor")
  func progress() {
    var backoff = Backoff()
    var highest = Highest()
    for _ in 0..<5 { _ = backoff.wait(after: failed(), using: &highest) }
    var moved = failed()
    moved.bytes = 1
    #expect(backoff.wait(after: moved, using: &highest) == 0)
    #expect(backoff.wait(after: failed(), using: &highest) <= 1)
    let busy = failed(.refusedByCentre(.busy, retryAfter: 30))
    #expect(backoff.wait(after: busy, using: &highest) == 30)
  }
}
