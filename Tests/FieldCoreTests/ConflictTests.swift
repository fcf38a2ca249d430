import Database
import Domain
import SyncProtocol
import Testing

@testable import FieldCore

/// Conflicts on the handheld: what waits, whose side is whose, and deciding
/// without a network.
@Suite struct ConflictTests {
  private static func author(_ op: UniqueID, _ worker: String) -> Conflict.Author {
    Conflict.Author(op: op, worker: worker, name: worker, at: 5)
  }

  /// A record of the centre's at version 10 with fields of its own.
  private func delivered(_ field: Field) throws -> Record {
    var record = field.resident("甲")
    record.fields = ["name": "甲", "phone": "1", "floor": 3]
    record.version = 10
    try field.take(record)
    return record
  }

  private func conflict(
    _ field: Field, on record: Record, _ name: String = "phone", shown: FieldValue = "2",
    kept: FieldValue = "7", by op: UniqueID? = nil
  ) -> Conflict {
    let op = op ?? field.store.newID()
    return Conflict(
      id: Conflict.id(op: op, field: name), record: record.id, field: name, base: "1",
      shown: shown, kept: kept, op: op, shownBy: Self.author(op, "W1"),
      keptBy: Self.author(field.store.newID(), "W2"))
  }

  @Test("a decision is one operation that names the conflict; until a refusal nothing waits")
  func decide() throws {
    let field = try Field()
    let record = try delivered(field)
    let conflict = conflict(field, on: record)
    try field.take(.conflict(conflict, version: 20))
    #expect(try field.store.conflicts().map(\.conflict) == [conflict])
    let entry = try #require(
      try field.store.resolveConflict(conflict.id, choosing: conflict.kept).first)
    #expect(entry.operation.fields == ["phone": "7"])
    #expect(entry.operation.resolves == [conflict.id])
    #expect(entry.operation.seen == [conflict.op, conflict.keptBy?.op].compactMap { $0 })
    #expect(entry.operation.base == 10)
    #expect(try field.shown(record.id).fields["phone"] == "7")
    #expect(try field.store.conflicts().isEmpty)
    // The feed may tell it once more before it has heard of the decision.
    try field.take(.conflict(conflict, version: 21))
    #expect(try field.store.conflicts().isEmpty)
    #expect(try field.store.conflict(conflict.id)?.isOpen == false)
    try field.receive(entry, .refused, code: .gridOutOfScope)
    #expect(try field.store.conflicts().map(\.conflict) == [conflict])
    // Sent again, the operation still decides.
    let again = try #require(try field.store.retryRefused(record.id).first)
    #expect(again.operation.resolves == [conflict.id])
    #expect(again.operation.seen == entry.operation.seen)
    #expect(try field.store.conflicts().isEmpty)
    try field.receive(again, .applied, version: 30)
    #expect(try field.store.conflicts().isEmpty)
  }

  @Test("the centre's word that somebody decided closes, and opens again when taken back")
  func told() throws {
    let field = try Field()
    let record = try delivered(field)
    var conflict = conflict(field, on: record)
    try field.take(.conflict(conflict, version: 20))
    conflict.resolved = Self.author(field.store.newID(), "W2")
    try field.take(.conflict(conflict, version: 21))
    #expect(try field.store.conflicts().isEmpty)
    #expect(try field.store.conflicts(decidedToo: true).map(\.conflict) == [conflict])
    conflict.resolved = nil
    try field.take(.conflict(conflict, version: 22))
    #expect(try field.store.conflicts().map(\.conflict) == [conflict])
  }

  @Test("a decision that is taken back leaves the conflict open")
  func undo() throws {
    let field = try Field()
    let record = try delivered(field)
    let conflict = conflict(field, on: record, shown: "1")
    try field.take(.conflict(conflict, version: 20))
    try field.store.resolveConflict(conflict.id, choosing: "9")
    #expect(try field.store.conflicts().isEmpty)
    let inverse = try #require(try field.store.undo().first)
    #expect(inverse.operation.undoes != nil)
    #expect(try field.shown(record.id).fields["phone"] == "1")
    #expect(try field.store.conflicts().map(\.conflict) == [conflict])
  }

  @Test("several conflicts of a record are decided by one operation, at most 50 in each")
  func several() throws {
    let field = try Field()
    let record = try delivered(field)
    let conflicts = (0..<52).map {
      conflict(field, on: record, "f\($0)", kept: .integer(Int64($0)))
    }
    for one in conflicts { try field.take(.conflict(one, version: 20)) }
    let choices = conflicts.map { ConflictChoice($0.id, $0.kept) }
    let entries = try field.store.resolve(choices)
    #expect(entries.map { $0.operation.resolves?.count } == [50, 2])
    #expect(entries.map { $0.operation.seen?.count } == [100, 4])
    #expect(entries.map { $0.operation.fields?.count } == [50, 2])
    #expect(Set(entries.map(\.batch)).count == 1)
    #expect(try field.store.conflicts().isEmpty)
    #expect(try field.shown(record.id).fields["f51"] == 51)
  }

  @Test("grid, parent, position and deletion are decided like fields")
  func members() throws {
    let field = try Field()
    let record = try delivered(field)
    let parent = field.store.newID()
    let place: FieldValue = .object([
      "latitude": .decimal(22.5), "longitude": .decimal(113.9), "accuracy": .decimal(4.5),
      "source": "gnss", "at": 1_790_000_000_000,
    ])
    let values: [(String, FieldValue)] = [
      ("#grid", "G7"), ("#parent", .text(parent.text)), ("#position", place), ("#deleted", true),
    ]
    let conflicts = values.map { conflict(field, on: record, $0.0, kept: $0.1) }
    for one in conflicts { try field.take(.conflict(one, version: 20)) }
    let entries = try field.store.resolve(conflicts.map { ConflictChoice($0.id, $0.kept) })
    #expect(entries.map(\.operation.action) == [.update, .delete])
    let update = try #require(entries.first?.operation)
    #expect(update.grid == "G7")
    #expect(update.parent == parent)
    #expect(
      update.position
        == Position(
          latitude: 22.5, longitude: 113.9, accuracy: 4.5, source: .gnss, at: 1_790_000_000_000))
    #expect(try field.shown(record.id).deleted == true)
    #expect(try field.store.conflicts().isEmpty)
    // What cannot be what the value is about decides nothing.
    let next = conflict(field, on: record, "#grid")
    try field.take(.conflict(next, version: 30))
    #expect(throws: FieldError.notFound(next.id.text)) {
      try field.store.resolveConflict(next.id, choosing: .null)
    }
  }

  @Test("mine is the side whose operation stands in this device's journal")
  func sides() throws {
    let field = try Field()
    let record = try delivered(field)
    let entry = try field.store.commit([.update(record.id, fields: ["phone": "2"])])[0]
    let op = entry.operation.op
    let first = conflict(field, on: record, by: op)
    var second = conflict(field, on: record, "floor")
    second.keptBy = Self.author(op, "W1")
    var third = conflict(field, on: record, "name")
    third.shownBy = nil
    third.keptBy = nil
    for one in [first, second, third] { try field.take(.conflict(one, version: 20)) }
    let sides = try field.store.conflicts(of: record.id).reduce(into: [:]) {
      $0[$1.conflict.field] = $1.mine
    }
    #expect(sides["phone"] == .shown)
    #expect(sides["floor"] == .kept)
    #expect(sides["name"] == nil)
  }

  @Test("conflicts go with their record")
  func leave() throws {
    let field = try Field()
    let record = try delivered(field)
    try field.take(.conflict(conflict(field, on: record), version: 20))
    try field.take(.gone(id: record.id, version: 21))
    #expect(try field.store.record(record.id) == nil)
    #expect(try field.store.conflicts(decidedToo: true).isEmpty)
  }

  @Test("a program that reads more asks for the feed from its beginning, once")
  func reading() throws {
    let field = try Field()
    try field.take(.leave(grid: "G9"))
    #expect(try field.store.device().cursor == "c")
    try field.reopen()
    #expect(try field.store.device().cursor == "c")
    // Read last by a program that knew less, then by one that knew more.
    for (reading, cursor) in [(0, nil), (Limits.reading + 1, "c")] as [(Int64, String?)] {
      try field.take(.leave(grid: "G9"))
      try field.store.connection.run("UPDATE device SET reading = \(reading)")
      try field.reopen()
      #expect(try field.store.device().cursor == cursor)
      #expect(try field.store.count("SELECT reading FROM device") == Limits.reading)
    }
  }

  @Test("a change of what was refused as new is that creation again, put right, photos included")
  func correction() throws {
    let field = try Field()
    let photo = try field.store.addPhoto([1])
    let record = field.resident("外")
    let creation = try field.store.commit([.create(record, photos: [photo])])[0]
    let update = try field.store.commit([.update(record.id, fields: ["phone": "1"])])[0]
    try field.receive(creation, .refused, code: .gridUnknown)
    try field.receive(update, .refused, code: .recordUnknown)
    #expect(try field.store.queueSummary().refused == 2)
    var change = RecordChange.update(record.id, fields: ["name": "内"])
    change.grid = "G2"
    let again = try #require(try field.store.commit([change]).first).operation
    #expect(again.action == .create)
    #expect(again.grid == "G2")
    #expect(again.fields == ["name": "内", "phone": "1"])
    #expect(again.photos == [photo.hex])
    #expect(again.op != creation.operation.op)
    #expect(try field.store.queueSummary().refused == 0)
    // What follows stands behind it as an ordinary change.
    let next = try field.store.commit([.update(record.id, fields: ["phone": "2"])])[0]
    #expect(next.operation.action == .update)
    // Its photo goes up as soon as the centre has taken it.
    let entry = try #require(try field.entry(before: next))
    #expect(entry.operation.op == again.op)
    try field.receive(entry, .refused, code: .gridUnknown)
    #expect(try field.store.nextPhoto() == nil)
    let third = try #require(try field.store.retryRefused(record.id, grid: "G3").first)
    try field.receive(next, .refused, code: .recordUnknown)
    try field.store.keep(
      [
        OperationResult(
          seq: third.operation.seq, op: third.operation.op, result: .applied, version: 5)
      ],
      lane: .normal, epoch: try field.epoch(), missing: [photo])
    #expect(try field.store.nextPhoto()?.sha256 == photo)
  }

  @Test("what the centre did not know the record of goes again when the feed brings it")
  func orphans() throws {
    let field = try Field()
    let record = try delivered(field)
    let entry = try field.store.commit([.update(record.id, fields: ["phone": "2"])])[0]
    try field.receive(entry, .refused, code: .recordUnknown)
    #expect(try field.store.queueSummary().refused == 1)
    var again = record
    again.version = 50
    again.fields["phone"] = "9"
    try field.take(again)
    #expect(try field.store.queueSummary().refused == 0)
    let operation = try #require(try field.store.history(record.id).last?.operation)
    #expect(operation.op != entry.operation.op)
    #expect(operation.fields == ["phone": "2"])
    // The other value was not seen when this one was written.
    #expect(operation.base == entry.operation.base)
    #expect(try field.shown(record.id).fields["phone"] == "2")
  }

  @Test("what was refused is sent again with a value and a grid put right")
  func retryCorrected() throws {
    let field = try Field()
    let record = try delivered(field)
    let first = try field.store.commit([.update(record.id, fields: ["phone": "2"])])[0]
    let second = try field.store.commit([.update(record.id, fields: ["floor": 4])])[0]
    for entry in [first, second] { try field.receive(entry, .refused, code: .tooLarge) }
    let entries = try field.store.retryRefused(record.id, setting: ["floor": 5], grid: "G2")
    #expect(entries.map(\.operation.fields) == [["phone": "2"], ["floor": 5]])
    #expect(entries.map(\.operation.grid) == [nil, "G2"])
    #expect(try field.store.queueSummary().refused == 0)
    let new = field.resident("外")
    let creation = try field.store.commit([.create(new)])[0]
    try field.receive(creation, .refused, code: .gridUnknown)
    let again = try field.store.retryRefused(new.id, setting: ["name": "内"], grid: "G3")
    #expect(again.map(\.operation.grid) == ["G3"])
    #expect(again.map(\.operation.fields) == [["name": "内"]])
  }
}
