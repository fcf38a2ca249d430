import Domain
import SyncProtocol
import Testing

@testable import FieldCore

extension Field {
  static let epoch = "11111111-1111-4111-8111-111111111111"

  func epoch() throws -> UniqueID { try #require(UniqueID(Self.epoch)) }

  /// Makes the handheld a device without asking anybody.
  func enrolled() throws {
    let device = try #require(UniqueID("22222222-2222-4222-8222-222222222222"))
    try store.enrolled(
      EnrollAnswer(
        device: device, token: "t", epoch: try epoch(), city: "440300",
        worker: Worker(id: "7", name: "王"), now: machine.now),
      centre: "http://centre", name: "手持")
  }

  /// Brings one change from the centre.
  func take(_ change: Change) throws {
    try store.apply(
      ChangePage(
        epoch: try epoch(), now: machine.now, cursor: "c", more: false, changes: [change]))
  }

  func take(_ record: Record) throws { try take(.record(record)) }

  /// Keeps the centre's answer to one operation.
  func receive(
    _ entry: Entry, _ result: OperationResult.Outcome, code: RefusalCode? = nil,
    version: Int64? = nil
  ) throws {
    let operation = entry.operation
    try store.keep(
      [
        OperationResult(
          seq: operation.seq, op: operation.op, result: result, code: code, version: version)
      ], lane: operation.lane, epoch: try epoch(), missing: [])
  }

  func shown(_ id: UniqueID) throws -> Record { try #require(try store.record(id)).record }
}

@Suite struct RebaseTests {
  /// A record that the centre has at version 10.
  private func delivered(_ field: Field) throws -> Record {
    var record = field.resident("甲")
    record.fields = ["name": "甲", "phone": "1", "floor": 3]
    record.version = 10
    try field.take(record)
    return record
  }

  @Test("a pending update stays on top of a newer state; the rest of that state shows")
  func pendingOnTop() throws {
    let field = try Field()
    var record = try delivered(field)
    let entry = try field.store.commit([.update(record.id, fields: ["phone": "2"])])[0]
    #expect(entry.operation.base == 10)
    record.fields = ["name": "乙", "phone": "9", "floor": 3]
    record.version = 12
    try field.take(record)
    #expect(try field.shown(record.id).fields == ["name": "乙", "phone": "2", "floor": 3])
    #expect(try field.shown(record.id).version == 12)
  }

  @Test("a received operation keeps showing before the feed brings it, and moves the base")
  func appliedReceipt() throws {
    let field = try Field()
    let record = try delivered(field)
    let first = try field.store.commit([.update(record.id, fields: ["phone": "2"])])[0]
    let second = try field.store.commit([.update(record.id, fields: ["phone": "3"])])[0]
    try field.receive(first, .applied, version: 11)
    #expect(try field.shown(record.id).fields["phone"] == "3")
    #expect(try field.store.record(record.id)?.server?.fields["phone"] == "2")
    try field.receive(second, .applied, version: 12)
    let third = try field.store.commit([.update(record.id, fields: ["floor": .null])])[0]
    #expect(third.operation.base == 12)
  }

  @Test("merged and conflict do not move the base")
  func mergedReceipt() throws {
    let field = try Field()
    let record = try delivered(field)
    let first = try field.store.commit([.update(record.id, fields: ["phone": "2"])])[0]
    let second = try field.store.commit([.update(record.id, fields: ["name": "丙"])])[0]
    try field.receive(first, .merged, version: 20)
    try field.receive(second, .conflict, version: 21)
    #expect(try field.shown(record.id).version == 10)
    #expect(try field.shown(record.id).fields == ["name": "丙", "phone": "2", "floor": 3])
  }

  @Test("a refused update no longer shows; it waits in the queue with its reason")
  func refusedUpdate() throws {
    let field = try Field()
    let record = try delivered(field)
    let entry = try field.store.commit([.update(record.id, fields: ["phone": "2"])])[0]
    try field.receive(entry, .refused, code: .gridOutOfScope)
    #expect(try field.shown(record.id).fields["phone"] == "1")
    let queue = try field.store.queue()
    #expect(queue.map(\.state) == [.refused(.gridOutOfScope)])
    #expect(try field.store.queueSummary().refused == 1)
    try field.store.dismissRefusal(entry.operation.op)
    #expect(try field.store.queue() == [])
    #expect(try field.store.history(record.id)[0].state == .refused(.gridOutOfScope))
  }

  @Test("a refused creation stays to be seen: nothing else holds what was written")
  func refusedCreation() throws {
    let field = try Field()
    let record = field.resident("甲")
    let created = try field.store.commit([.create(record)])[0]
    try field.store.commit([.update(record.id, fields: ["phone": "2"])])
    try field.receive(created, .refused, code: .gridUnknown)
    #expect(try field.shown(record.id).fields == ["name": "甲", "phone": "2"])
  }

  @Test("a state older than a receipt told is not taken")
  func staleState() throws {
    let field = try Field()
    let record = try delivered(field)
    let entry = try field.store.commit([.update(record.id, fields: ["phone": "2"])])[0]
    try field.receive(entry, .applied, version: 15)
    var stale = record
    stale.version = 12
    stale.fields["phone"] = "8"
    try field.take(stale)
    #expect(try field.shown(record.id).fields["phone"] == "2")
    #expect(try field.shown(record.id).version == 15)
  }

  @Test("a pending update keeps a record that somebody deleted; a pending deletion hides it")
  func deletions() throws {
    let field = try Field()
    var record = try delivered(field)
    let other = try delivered(field)
    try field.store.commit([.update(record.id, fields: ["phone": "2"])])
    let ended = try field.store.commit([.delete(other.id)])[0]
    record.deleted = true
    record.version = 13
    try field.take(record)
    #expect(try field.shown(record.id).deleted == nil)
    #expect(try field.shown(other.id).deleted == true)
    try field.receive(try #require(try field.entry(before: ended)), .conflict, version: 14)
    // The centre kept the record that this device deleted.
    try field.receive(ended, .conflict, version: 15)
    #expect(try field.shown(other.id).deleted == nil)
  }

  @Test("a grid that left goes when nothing of the device's own waits there")
  func leave() throws {
    let field = try Field()
    try field.take(.enter(grid: GridOutline(id: "G1", name: "一", boundary: nil)))
    let kept = try delivered(field)
    let other = try delivered(field)
    let entry = try field.store.commit([.update(kept.id, fields: ["phone": "2"])])[0]
    try field.take(.leave(grid: "G1"))
    #expect(try field.store.record(other.id) == nil)
    #expect(try field.shown(kept.id).fields["phone"] == "2")
    #expect(try field.store.grids() == [])
    try field.receive(entry, .applied, version: 11)
    #expect(try field.store.record(kept.id) == nil)
    #expect(try field.store.history(kept.id).map(\.state) == [.received])
    #expect(try field.store.count("SELECT count(*) FROM grid") == 0)
  }
}

extension Field {
  /// The entry before this one in its lane.
  func entry(before entry: Entry) throws -> Entry? {
    try store.entry(entry.operation.lane, entry.operation.seq - 1, try store.journal())
  }
}
