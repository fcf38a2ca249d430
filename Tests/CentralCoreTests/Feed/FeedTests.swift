import Domain
import SyncProtocol
import Testing

@testable import CentralCore

@Suite("The change feed")
struct FeedTests {
  /// A device's local copy, as a device keeps it (PROTOCOL §8).
  private struct Copy {
    var records: [UniqueID: Record] = [:]
    var grids: [String] = []
    var left: [String] = []
    var conflicts: [UniqueID: Conflict] = [:]
    var seen: [String] = []
    var cursor: String?

    mutating func apply(_ page: ChangePage) {
      cursor = page.cursor
      for change in page.changes {
        switch change {
        case .enter(let grid): grids.append(grid.id)
        case .leave(let grid):
          left.append(grid)
          records = records.filter { $0.value.grid != grid }
        case .record(let record):
          records[record.id] = record
          seen.append("\(record.id) \(record.version)")
        case .gone(let id, _): records[id] = nil
        case .conflict(let conflict, _): conflicts[conflict.id] = conflict
        case .receipt, .form, .unknown: break
        }
      }
    }
  }

  /// Reads to the end; returns the number of pages.
  @discardableResult
  private func read(_ scene: Scene, _ device: Device, into copy: inout Copy, limit: Int) throws
    -> Int
  {
    var pages = 0
    while true {
      let page = try scene.page(device, after: copy.cursor, limit: limit)
      copy.apply(page)
      pages += 1
      try #require(pages < 10_000)
      if !page.more { return pages }
    }
  }

  private func state(_ scene: Scene, of grids: [String]) throws -> [UniqueID: Record] {
    let all = try scene.store.read { transaction in
      try Town.kinds.flatMap { try transaction.newestRecords(kind: $0, limit: 100_000) }
    }
    let visible = all.map(\.record).filter { grids.contains($0.grid) }
    return Dictionary(visible.map { ($0.id, $0) }) { first, _ in first }
  }

  private func put(_ scene: Scene, _ id: UniqueID, _ grid: String, from former: String?, n: Int64)
    throws
  {
    try scene.store.write { transaction in
      let version = try transaction.nextVersion()
      let record = Record(
        id: id, element: .household, kind: "household", grid: grid, fields: ["n": .integer(n)],
        version: version)
      try transaction.put(
        StoredRecord(record: record, writers: [:], createdAt: n), leaving: former)
    }
  }

  @Test("tiny pages over several grids lose and repeat nothing", arguments: [1, 2, 3, 7, 500])
  func paging(_ limit: Int) throws {
    let scene = try Scene()
    var random = SplitMix64(state: UInt64(limit))
    var places: [UniqueID: String] = [:]
    var copy = Copy()
    let device = try scene.device(worker: "W1")
    let scope = [Town.gridA, Town.gridB]
    for round in 0..<8 {
      for n in 0..<15 {
        let isNew = places.isEmpty || Int.random(in: 0..<3, using: &random) == 0
        let id = isNew ? scene.ids.v7() : places.keys.sorted().randomElement(using: &random)
        guard let id else { continue }
        let grid = try #require(
          [Town.gridA, Town.gridB, Town.gridC].randomElement(using: &random))
        try put(scene, id, grid, from: places[id], n: Int64(round * 100 + n))
        places[id] = grid
      }
      // Sometimes only a part is read before more changes come.
      if round % 3 == 1 {
        copy.apply(try scene.page(device, after: copy.cursor, limit: limit))
      } else {
        try read(scene, device, into: &copy, limit: limit)
        #expect(copy.records == (try state(scene, of: scope)))
      }
    }
    try read(scene, device, into: &copy, limit: limit)
    #expect(copy.records == (try state(scene, of: scope)))
    #expect(Set(copy.seen).count == copy.seen.count)
    #expect(copy.grids == scope)
    #expect(copy.left.isEmpty)
    // At rest there is nothing more, and the cursor stays good.
    let last = try scene.page(device, after: copy.cursor, limit: limit)
    #expect(last.changes.isEmpty)
    #expect(!last.more)
  }

  @Test("a grid that comes into the scope enters from its beginning while the others go on")
  func enter() throws {
    let scene = try Scene()
    let device = try scene.device(worker: "W1")
    var ids: [String: [UniqueID]] = [:]
    for grid in [Town.gridC, Town.gridA, Town.gridB, Town.gridC, Town.gridA] {
      let id = scene.ids.v7()
      try put(scene, id, grid, from: nil, n: 1)
      ids[grid, default: []].append(id)
    }
    var copy = Copy()
    try read(scene, device, into: &copy, limit: 2)
    #expect(copy.seen.count == 3)
    try scene.store.write {
      try $0.put(Worker(id: "W1", name: "陈"), grids: [Town.gridA, Town.gridB, Town.gridC])
    }
    let first = try #require(ids[Town.gridA]?.first)
    try put(scene, first, Town.gridA, from: Town.gridA, n: 2)
    try read(scene, device, into: &copy, limit: 1)
    #expect(copy.records == (try state(scene, of: [Town.gridA, Town.gridB, Town.gridC])))
    // Nothing of the grids it knew came again.
    #expect(copy.seen.count == 6)
    #expect(copy.grids == [Town.gridA, Town.gridB, Town.gridC])
  }

  @Test("a record that had moved before its former grid came into the scope stays")
  func movedBeforeEnter() throws {
    let scene = try Scene()
    let device = try scene.device(worker: "W2")
    let id = scene.ids.v7()
    try put(scene, id, Town.gridA, from: nil, n: 1)
    try put(scene, id, Town.gridB, from: Town.gridA, n: 2)
    var copy = Copy()
    try read(scene, device, into: &copy, limit: 500)
    #expect(copy.records[id] != nil)
    try scene.store.write {
      try $0.put(Worker(id: "W2", name: "李"), grids: [Town.gridA, Town.gridB, Town.gridC])
    }
    try read(scene, device, into: &copy, limit: 500)
    #expect(copy.records[id]?.fields == ["n": 2])
  }

  @Test("a grid that left is told once, and nothing of it after")
  func leave() throws {
    let scene = try Scene()
    let device = try scene.device(worker: "W1")
    let id = scene.ids.v7()
    try put(scene, id, Town.gridB, from: nil, n: 1)
    var copy = Copy()
    try read(scene, device, into: &copy, limit: 500)
    try scene.store.write { try $0.put(Worker(id: "W1", name: "陈"), grids: [Town.gridA]) }
    try put(scene, id, Town.gridB, from: Town.gridB, n: 2)
    for _ in 0..<3 { try read(scene, device, into: &copy, limit: 500) }
    #expect(copy.left == [Town.gridB])
    #expect(copy.records.isEmpty)
    #expect(copy.seen.count == 1)
    // And it comes back whole.
    try scene.store.write {
      try $0.put(Worker(id: "W1", name: "陈"), grids: [Town.gridA, Town.gridB])
    }
    try read(scene, device, into: &copy, limit: 500)
    #expect(copy.records[id]?.fields == ["n": 2])
  }

  @Test("a worker of many large grids enters them page by page")
  func manyGrids() throws {
    let scene = try Scene()
    let device = try scene.device(worker: "W1")
    let ring = String(repeating: "[113.123456789,22.123456789],", count: 500)
    let boundary =
      #"{"type":"MultiPolygon","coordinates":[[["# + ring + "[1,1]]]]}"
    let grids = (1...40).map { "4403990010020\($0 < 10 ? "0" : "")\($0)" }
    try scene.store.write { transaction in
      for grid in grids {
        try transaction.put(
          Division(id: grid, name: grid, level: "grid", parent: nil, boundary: boundary))
      }
      try transaction.put(Worker(id: "W1", name: "陈"), grids: grids)
    }
    var placed: [UniqueID] = []
    for grid in grids {
      placed.append(scene.ids.v7())
      try put(scene, placed[placed.count - 1], grid, from: nil, n: 1)
    }
    let feed = Feed(now: { 0 }, pageBytes: 100_000)
    var copy = Copy()
    var pages = 0
    while true {
      let after = copy.cursor
      let page = try scene.store.read { try feed.page(for: device, after: after, limit: 9, in: $0) }
      #expect(try WireJSON.encode(page).count < 200_000)
      copy.apply(page)
      pages += 1
      try #require(pages < 1000)
      if !page.more { break }
    }
    #expect(pages > 5)
    #expect(copy.grids == grids)
    #expect(Set(copy.records.keys) == Set(placed))
    #expect(copy.seen.count == placed.count)
  }

  @Test("a cursor of another epoch or of nobody is refused, whatever it is")
  func foreignCursors() throws {
    let scene = try Scene()
    let device = try scene.device()
    let good = try scene.page(device, after: nil, limit: 10).cursor
    let other = try FeedCursor(epoch: scene.ids.v4()).text()
    let flipped = String(good.dropLast(3)) + "AAA"
    for cursor in [
      "", "x", "null", "{}", other, String(good.dropLast()), flipped + "=", good + "=",
      Base64URL.encode(Array("[]".utf8)), String(repeating: "A", count: 200_000),
      Base64URL.encode(
        Array(#"{"epoch":"\#(scene.ids.v4())","grids":{"a":"b"},"own":0}"#.utf8)),
    ] {
      #expect(throws: Feed.Fault.cursorExpired) {
        try scene.page(device, after: cursor, limit: 10)
      }
    }
    #expect(try scene.page(device, after: good, limit: 10).changes.isEmpty)
  }

  @Test("a forged cursor grants nothing", arguments: [Int64.min, -1, 0, 1 << 52, .max])
  func forged(_ version: Int64) throws {
    let scene = try Scene()
    let device = try scene.device(worker: "W1")
    let secret = scene.ids.v7()
    try put(scene, secret, Town.gridC, from: nil, n: 1)
    var stranger = try scene.handheld(worker: "W2")
    try stranger.create(grid: Town.gridC)
    try scene.sync(&stranger)
    let epoch = try scene.store.read { try $0.epoch() }
    var forged = FeedCursor(epoch: epoch)
    forged.own = version
    forged.grids = [
      Town.gridA: version, Town.gridC: version, "device:\(stranger.device.id)": version, "": 0,
    ]
    let page = try scene.page(device, after: forged.text(), limit: 500)
    for change in page.changes {
      switch change {
      case .record(let record): #expect(record.grid != Town.gridC)
      case .enter(let grid): #expect(grid.id == Town.gridB)
      case .receipt: Issue.record("another device's receipt")
      case .conflict, .gone: Issue.record("of another grid")
      case .leave, .form, .unknown: break
      }
    }
    #expect(!page.changes.contains { $0.recordID == secret })
  }

  @Test("limits beyond reason are kept to", arguments: [Int.min, -1, 0, 1, Int.max])
  func limits(_ limit: Int) throws {
    let scene = try Scene()
    let device = try scene.device(worker: "W1")
    for n in 0..<5 { try put(scene, scene.ids.v7(), Town.gridA, from: nil, n: Int64(n)) }
    let page = try scene.page(device, after: nil, limit: limit)
    #expect(page.changes.count >= 1)
    var copy = Copy()
    try read(scene, device, into: &copy, limit: limit)
    #expect(copy.records.count == 5)
  }

  @Test("a deleted record stays in the feed as a tombstone")
  func tombstone() throws {
    let scene = try Scene()
    var hand = try scene.handheld(worker: "W1")
    let record = try hand.create()
    let base = try #require(try scene.sync(&hand)[0].version)
    try hand.add(.delete, record, base: base)
    try scene.sync(&hand)
    var copy = Copy()
    try read(scene, hand.device, into: &copy, limit: 500)
    #expect(copy.records[record]?.deleted == true)
    #expect(copy.records[record]?.version == base + 2)
  }
}
