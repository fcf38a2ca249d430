import Database
import Domain
import SyncProtocol
import Testing

@testable import CentralCore

@Suite("A store's journals, feed and uploads")
struct StoreRowsTests {
  private func entry(_ seq: Int64, op: UniqueID?, code: RefusalCode? = nil) -> JournaledOperation {
    JournaledOperation(
      result: OperationResult(
        seq: seq, op: op, result: code == nil ? .applied : .refused, code: code,
        version: code == nil ? seq : nil),
      record: nil, line: Array("line \(seq)".utf8), hash: SHA256.hash(Array("\(seq)".utf8)),
      receivedAt: 5)
  }

  private func lane(_ scene: StoreScene) -> LaneKey {
    LaneKey(device: scene.ids.v7(), incarnation: scene.ids.v4(), lane: .normal)
  }

  @Test("a lane only takes its next entry", arguments: StoreEngine.all)
  func contiguous(_ engine: StoreEngine) throws {
    let scene = try StoreScene(engine)
    let lane = lane(scene)
    #expect(throws: (any Error).self) {
      try scene.store.write { try $0.append(entry(2, op: nil), to: lane) }
    }
    #expect(try scene.store.read { try $0.position(of: lane) } == nil)
    try scene.store.write { try $0.append(entry(1, op: scene.ids.v7()), to: lane) }
    for wrong: Int64 in [1, 3, 0, -1] {
      #expect(throws: (any Error).self) {
        try scene.store.write { try $0.append(entry(wrong, op: scene.ids.v7()), to: lane) }
      }
    }
    let position = try scene.store.read { try $0.position(of: lane) }
    #expect(position == .init(received: 1, hash: SHA256.hash(Array("1".utf8))))
    #expect(try scene.store.read { try $0.operations(of: lane, first: 1, last: 9) }.count == 1)
    #expect(try scene.store.read { try $0.lanes() } == [lane])
  }

  @Test("an entry comes back as it went in", arguments: StoreEngine.all)
  func entryStays(_ engine: StoreEngine) throws {
    let scene = try StoreScene(engine)
    let lane = lane(scene)
    let entries = [
      entry(1, op: scene.ids.v7()), entry(2, op: nil, code: .malformed),
      entry(3, op: scene.ids.v7(), code: RefusalCode(rawValue: "of-a-later-version")),
    ]
    try scene.store.write { for entry in entries { try $0.append(entry, to: lane) } }
    #expect(try scene.store.read { try $0.operations(of: lane, first: 1, last: 3) } == entries)
    #expect(try scene.store.read { try $0.hash(of: lane, seq: 2) } == entries[1].hash)
    #expect(try scene.store.read { try $0.hash(of: lane, seq: 4) } == nil)
  }

  @Test("one operation has one effect or refusal in a whole city", arguments: StoreEngine.all)
  func operationOnce(_ engine: StoreEngine) throws {
    let scene = try StoreScene(engine)
    let (one, two) = (lane(scene), lane(scene))
    let op = scene.ids.v7()
    #expect(try scene.store.read { try !$0.hasOperation(op) })
    try scene.store.write { try $0.append(entry(1, op: op), to: one) }
    #expect(try scene.store.read { try $0.hasOperation(op) })
    #expect(throws: (any Error).self) {
      try scene.store.write { try $0.append(entry(1, op: op), to: two) }
    }
    // The refused repeat is an entry of its own.
    try scene.store.write { try $0.append(entry(1, op: op, code: .duplicate), to: two) }
    try scene.store.write { try $0.append(entry(2, op: op, code: .duplicate), to: two) }
    #expect(try scene.store.read { try $0.hasOperation(op) })
  }

  @Test("a record is in the feed once, with its newest state", arguments: StoreEngine.all)
  func compacted(_ engine: StoreEngine) throws {
    let scene = try StoreScene(engine)
    let (one, two) = (scene.ids.v7(), scene.ids.v7())
    for id in [one, two, one, one] {
      try scene.store.write {
        try $0.put(scene.stored(id, version: $0.nextVersion()), leaving: nil)
      }
    }
    let head = try scene.store.read { try $0.head() }
    let stretch = try scene.store.read {
      try $0.changes(since: [(.grid(Town.gridA), 0)], limit: 10)
    }
    #expect(stretch.changes.map(\.recordID) == [two, one])
    #expect(stretch.changes.map(\.version) == [head - 2, head])
    #expect(stretch.through == head)
    #expect(!stretch.more)
    let rest = try scene.store.read {
      try $0.changes(since: [(.grid(Town.gridA), head - 2)], limit: 10)
    }
    #expect(rest.changes.map(\.recordID) == [one])
  }

  @Test(
    "a record that moved is gone from the grid it left, and back when it returns",
    arguments: StoreEngine.all)
  func moves(_ engine: StoreEngine) throws {
    let scene = try StoreScene(engine)
    let id = scene.ids.v7()
    func move(to grid: String, from former: String?) throws {
      try scene.store.write {
        try $0.put(
          scene.stored(id, grid: grid, version: $0.nextVersion()), leaving: former)
      }
    }
    func changes(_ grid: String) throws -> [Change] {
      try scene.store.read { try $0.changes(since: [(.grid(grid), 0)], limit: 9) }.changes
    }
    try move(to: Town.gridA, from: nil)
    try move(to: Town.gridC, from: Town.gridA)
    #expect(try changes(Town.gridA).map(\.goneID) == [id])
    #expect(try changes(Town.gridC).map(\.recordID) == [id])
    try move(to: Town.gridA, from: Town.gridC)
    #expect(try changes(Town.gridA).map(\.recordID) == [id])
    #expect(try changes(Town.gridC).map(\.goneID) == [id])
  }

  @Test("a record that moved within what is read is never gone", arguments: StoreEngine.all)
  func movesWithin(_ engine: StoreEngine) throws {
    let scene = try StoreScene(engine)
    let id = scene.ids.v7()
    let start = try scene.store.read { try $0.head() }
    for (grid, former) in [(Town.gridA, nil), (Town.gridB, Town.gridA)] {
      try scene.store.write {
        try $0.put(
          scene.stored(id, grid: grid, version: $0.nextVersion()), leaving: former)
      }
    }
    let head = try scene.store.read { try $0.head() }
    // Both from the start; and the former grid behind, as when it came into the
    // scope after the record had left it.
    for positions in [(start, start), (start, head)] {
      let changes = try scene.store.read {
        try $0.changes(
          since: [(.grid(Town.gridA), positions.0), (.grid(Town.gridB), positions.1)], limit: 9)
      }.changes
      #expect(changes.allSatisfy { $0.goneID == nil })
    }
  }

  @Test("a receipt is in its device's row of changes and in no other", arguments: StoreEngine.all)
  func receiptScope(_ engine: StoreEngine) throws {
    let scene = try StoreScene(engine)
    let (mine, other) = (lane(scene), lane(scene))
    let result = OperationResult(seq: 1, op: scene.ids.v7(), result: .applied, version: 3)
    try scene.store.write {
      try $0.announce([result], of: mine, version: $0.nextVersion())
    }
    let version = try scene.store.read { try $0.head() }
    func changes(_ scopes: [Scope]) throws -> [Change] {
      try scene.store.read { transaction in
        try transaction.changes(since: scopes.map { ($0, 0) }, limit: 99)
      }.changes
    }
    #expect(
      try changes([.device(mine.device)]) == [
        .receipt(
          incarnation: mine.incarnation, lane: .normal, results: [result], version: version)
      ])
    let elsewhere = try changes([
      .device(other.device), .grid(Town.gridA), .grid(Town.gridB), .grid(Town.gridC), .city,
    ])
    #expect(elsewhere.count == Town.kinds.count)
  }

  @Test("a conflict follows its record into another grid", arguments: StoreEngine.all)
  func conflictMoves(_ engine: StoreEngine) throws {
    let scene = try StoreScene(engine)
    let id = scene.ids.v7()
    let author = Conflict.Author(op: scene.ids.v7(), worker: "W1", name: "陈", at: 5)
    let conflict = Conflict(
      id: scene.ids.v4(), record: id, field: "phone", base: 7, shown: "1", kept: "2",
      op: author.op, shownBy: author, keptBy: .init(op: scene.ids.v7(), worker: "W2", name: "李"))
    let decided = Conflict(
      id: scene.ids.v4(), record: id, field: "name", shown: "1", kept: "2", op: author.op,
      resolved: author)
    try scene.store.write {
      try $0.put(scene.stored(id, version: $0.nextVersion()), leaving: nil)
      for conflict in [conflict, decided] {
        try $0.put(
          StoredConflict(conflict: conflict, version: 3), grid: Town.gridA, at: $0.nextVersion())
      }
    }
    func conflicts(_ grid: String) throws -> [Conflict] {
      try scene.store.read { try $0.changes(since: [(.grid(grid), 0)], limit: 9) }.changes
        .compactMap { if case .conflict(let conflict, _) = $0 { conflict } else { nil } }
    }
    #expect(try conflicts(Town.gridA) == [conflict, decided])
    try scene.store.write {
      try $0.put(
        scene.stored(id, grid: Town.gridC, version: $0.nextVersion()), leaving: Town.gridA)
    }
    #expect(try conflicts(Town.gridA).isEmpty)
    // Both: a device that had the decided one as open has to hear of it.
    #expect(Set(try conflicts(Town.gridC)) == [conflict, decided])
    #expect(try scene.store.read { try $0.openConflicts() } == [conflict])
    #expect(
      try scene.store.read { try $0.conflict(decided.id) }
        == StoredConflict(conflict: decided, version: 3))
  }

  @Test(
    "decisions are found by what they name, until they are taken back", arguments: StoreEngine.all)
  func decisions(_ engine: StoreEngine) throws {
    let scene = try StoreScene(engine)
    let (record, conflict, other) = (scene.ids.v7(), scene.ids.v4(), scene.ids.v4())
    let first = Decision(
      author: .init(op: scene.ids.v7(), worker: "W1", name: "陈", at: 5), fields: ["phone"],
      version: 4)
    let second = Decision(
      author: .init(op: scene.ids.v7(), worker: "W2", name: "李"), fields: [], version: 5)
    func decisions(_ id: UniqueID) throws -> [Decision] {
      try scene.store.read { try $0.decisions(naming: id) }
    }
    #expect(try decisions(conflict).isEmpty)
    try scene.store.write {
      try $0.put(second, naming: conflict, of: record)
      try $0.put(first, naming: conflict, of: record)
      try $0.put(second, naming: other, of: record)
    }
    #expect(try decisions(conflict) == [first, second])
    func withdraw(on record: UniqueID) throws {
      try scene.store.write { try $0.withdrawDecisions(of: first.author.op, on: record) }
    }
    // Another record's operation takes nothing back.
    try withdraw(on: other)
    #expect(try decisions(conflict) == [first, second])
    try withdraw(on: record)
    #expect(try decisions(conflict) == [second])
    #expect(try decisions(other) == [second])
  }

  @Test("the same bytes are one upload of a device", arguments: StoreEngine.all)
  func uploadOnce(_ engine: StoreEngine) throws {
    let scene = try StoreScene(engine)
    let device = scene.ids.v7()
    @Sendable func upload(
      _ device: UniqueID, kind: Upload.Kind = .photo, length: Int64 = 3
    ) -> Upload {
      Upload(
        id: scene.ids.v4(), device: device, content: kind.content(SHA256.hash([1, 2, 3])),
        length: length, metadata: "", createdAt: 1)
    }
    let first = upload(device)
    try scene.store.write { try $0.put(first) }
    #expect(throws: (any Error).self) { try scene.store.write { try $0.put(upload(device)) } }
    for other in [
      upload(device, kind: .segment), upload(device, length: 4), upload(scene.ids.v7()),
    ] {
      try scene.store.write { try $0.put(other) }
    }
    #expect(
      try scene.store.read {
        try $0.upload(device: device, content: .photo(first.sha256), length: 3)
      } == first)
    #expect(try scene.store.read { try $0.unfinishedUploadCount() } == 4)
    let finished = Upload(
      id: first.id, device: device, content: first.content, length: 3, metadata: "",
      createdAt: 1, receipt: .photo(epoch: scene.ids.v4(), sha256: first.sha256, bytes: 3))
    try scene.store.write { try $0.put(finished) }
    #expect(try scene.store.read { try $0.upload(first.id) } == finished)
    #expect(try scene.store.read { try $0.unfinishedUploads(before: 2).count } == 3)
    #expect(try scene.store.read { try $0.unfinishedUploads(before: 1).isEmpty })
  }
}
