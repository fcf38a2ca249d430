import Domain
import SyncProtocol
import Testing

@testable import FieldCore

@Suite("Grids that come and go")
struct ScopeTests {
  private func page(_ store: FieldStore, _ changes: [Change]) throws {
    let epoch = try #require(try store.device().epoch)
    try store.apply(
      ChangePage(epoch: epoch, now: 1, cursor: "c", more: false, changes: changes))
  }

  private func household(_ store: FieldStore, grid: String, version: Int64) -> Record {
    Record(
      id: store.newID(), element: .household, kind: "household", grid: grid,
      fields: ["room": "201"], version: version)
  }

  private let one = Change.enter(grid: GridOutline(id: "G1", name: "一", boundary: nil))
  private let two = Change.enter(grid: GridOutline(id: "G2", name: "二", boundary: nil))

  @Test("a record moved here alone leaves with the grid the centre has it in, and no other")
  func movedHere() throws {
    let pair = try Pair()
    let store = pair.field.store
    let (there, here) = (
      household(store, grid: "G1", version: 5), household(store, grid: "G2", version: 6)
    )
    try page(store, [one, two, .record(there), .record(here)])
    try store.commit([RecordChange(.update(there.id, fields: [:]), grid: "G2")])
    try store.commit([RecordChange(.update(here.id, fields: [:]), grid: "G1")])
    try page(store, [.leave(grid: "G1")])
    // Both moves are refused, and nobody wants them any more.
    let journal = try store.journal()
    try store.keep(
      (1...2).map {
        OperationResult(
          seq: $0, op: try store.entry(.normal, $0, journal)?.operation.op, result: .refused,
          code: .gridOutOfScope)
      }, lane: .normal, epoch: try #require(try store.device().epoch), missing: [])
    #expect(try store.record(there.id) != nil)
    for item in try store.queue() {
      if case .operation(let op, _, _, _) = item.subject { try store.dismissRefusal(op) }
    }
    #expect(try store.record(there.id) == nil)
    #expect(try store.record(here.id)?.record.grid == "G2")
    #expect(try store.grids().map(\.id) == ["G2"])
  }

  @Test("a grid that is given back keeps what stayed, whatever becomes of it")
  func givenBack() throws {
    let pair = try Pair()
    let store = pair.field.store
    try page(store, [one])
    pair.centre.scope = []
    try store.commit([.create(pair.field.resident("甲"))])
    let id = try #require(try store.queue().first.map(\.recordID) ?? nil)
    #expect(try pair.sync().refused == 1)
    try page(store, [.leave(grid: "G1")])
    #expect(try store.record(id) != nil)
    try page(store, [one])
    pair.centre.scope = ["G1"]
    try store.retryRefused(id)
    // The receipt comes, and the link breaks before the feed does.
    pair.centre.fault = { _, request in request.path.hasPrefix("/v1/changes") ? .lost : nil }
    _ = try pair.sync()
    #expect(try store.queueSummary().isEmpty)
    #expect(try store.record(id)?.record.fields["name"] == "甲")
  }

  @Test("what waits for a decision leaves with its record, and comes again with it")
  func conflicts() throws {
    let pair = try Pair()
    let store = pair.field.store
    let record = household(store, grid: "G1", version: 5)
    let conflict = Change.conflict(
      Conflict(
        id: store.newID(), record: record.id, field: "room", shown: "201", kept: "301",
        op: store.newID()), version: 6)
    try page(store, [one, .record(record), conflict])
    #expect(try store.conflicts().count == 1)
    try page(store, [.leave(grid: "G1")])
    #expect(try store.conflicts().isEmpty)
    // A conflict may come before its record.
    try page(store, [one, conflict])
    try page(store, [.record(record)])
    #expect(try store.conflicts().count == 1)
  }
}

extension QueueItem {
  fileprivate var recordID: UniqueID? {
    if case .operation(_, let record, _, _) = subject { record } else { nil }
  }
}
