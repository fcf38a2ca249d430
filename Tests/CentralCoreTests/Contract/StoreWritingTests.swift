import Domain
import Locks
import SyncProtocol
import Testing

@testable import CentralCore

@Suite("A store's transactions")
struct StoreWritingTests {
  struct Refused: Error {}

  @Test(
    "versions follow the order of commits and none is given out twice", arguments: StoreEngine.all)
  func versionsInOrder(_ engine: StoreEngine) throws {
    let scene = try StoreScene(engine)
    let seen = Mutex<[(version: Int64, head: Int64)]>([])
    try onThreads(8) { _ in
      for _ in 0..<25 {
        do {
          let version = try scene.store.write { transaction in
            let version = try transaction.nextVersion()
            let head = try transaction.head()
            try transaction.put(
              scene.stored(scene.ids.v7(), version: version), leaving: nil)
            return (version: version, head: head)
          }
          seen.withLock { $0.append(version) }
        } catch { Issue.record(error) }
      }
    }
    let versions = seen.withLock { $0 }
    #expect(versions.count == 200)
    #expect(versions.allSatisfy { $0.version == $0.head })
    #expect(Set(versions.map(\.version)).count == 200)
    let stretch = try scene.store.read {
      try $0.changes(since: [(.grid(Town.gridA), 0)], limit: 1000)
    }
    #expect(stretch.changes.map(\.version) == versions.map(\.version).sorted())
  }

  @Test(
    "a write that throws leaves nothing, and others in its batch stay", arguments: StoreEngine.all)
  func failuresAreAlone(_ engine: StoreEngine) throws {
    let scene = try StoreScene(engine)
    let kept = Mutex<[UniqueID: Int64]>([:])
    let dropped = Mutex<[UniqueID]>([])
    try onThreads(16) { thread in
      for round in 0..<20 {
        let id = scene.ids.v7()
        let fails = (thread + round) % 3 == 0
        do {
          let version = try scene.store.write { transaction in
            let version = try transaction.nextVersion()
            try transaction.put(scene.stored(id, version: version), leaving: nil)
            if fails { throw Refused() }
            return version
          }
          kept.withLock { $0[id] = version }
        } catch is Refused {
          dropped.withLock { $0.append(id) }
        } catch { Issue.record(error) }
      }
    }
    let (keptIDs, droppedIDs) = (kept.withLock { $0 }, dropped.withLock { $0 })
    #expect(keptIDs.count + droppedIDs.count == 320)
    #expect(droppedIDs.count > 100)
    #expect(Set(keptIDs.values).count == keptIDs.count)
    try scene.store.read { transaction throws in
      for (id, version) in keptIDs {
        #expect(try transaction.record(id)?.record.version == version)
      }
      for id in droppedIDs { #expect(try transaction.record(id) == nil) }
    }
    let changes = try scene.store.read {
      try $0.changes(since: [(.grid(Town.gridA), 0)], limit: 1000).changes
    }
    #expect(Set(changes.compactMap(\.recordID)) == Set(keptIDs.keys))
  }

  @Test("a failure of the engine in one write disturbs no other", arguments: StoreEngine.all)
  func constraintIsAlone(_ engine: StoreEngine) throws {
    let scene = try StoreScene(engine)
    let outcomes = Mutex<(kept: Int, refused: Int)>((0, 0))
    try onThreads(8) { thread in
      for _ in 0..<10 {
        do {
          try scene.store.write { transaction in
            // No such grid: the engine refuses the row.
            let grid = thread % 2 == 0 ? Town.gridA : "999999999999999"
            try transaction.put(
              scene.stored(scene.ids.v7(), grid: grid, version: transaction.nextVersion()),
              leaving: nil)
          }
          outcomes.withLock { $0.kept += 1 }
        } catch { outcomes.withLock { $0.refused += 1 } }
      }
    }
    #expect(outcomes.withLock { $0.kept } == 40)
    #expect(outcomes.withLock { $0.refused } == 40)
    #expect(try scene.store.read { try $0.recordCounts() } == ["household": 40])
  }

  @Test("what a write changed is gone when it throws after reading it", arguments: StoreEngine.all)
  func undoneInside(_ engine: StoreEngine) throws {
    let scene = try StoreScene(engine)
    let before = try scene.store.read { try $0.head() }
    #expect(throws: Refused.self) {
      try scene.store.write { transaction in
        _ = try transaction.nextVersion()
        #expect(try transaction.head() == before + 1)
        throw Refused()
      }
    }
    #expect(try scene.store.read { try $0.head() } == before)
    // Nobody has seen the version, so the next write may have it.
    #expect(try scene.store.write { try $0.nextVersion() } == before + 1)
  }

  @Test("a read sees one state while writes go on", arguments: StoreEngine.all)
  func oneSnapshot(_ engine: StoreEngine) throws {
    let scene = try StoreScene(engine)
    let id = scene.ids.v7()
    try scene.store.read { transaction in
      let before = try transaction.head()
      try scene.store.write { writing in
        try writing.put(scene.stored(id, version: writing.nextVersion()), leaving: nil)
      }
      #expect(try transaction.head() == before)
      #expect(try transaction.record(id) == nil)
      #expect(
        try transaction.changes(since: [(.grid(Town.gridA), 0)], limit: 10).changes.isEmpty)
    }
    #expect(try scene.store.read { try $0.record(id) } != nil)
  }

  @Test("two cities with the same identifiers do not see each other", arguments: StoreEngine.all)
  func citiesAreApart(_ engine: StoreEngine) throws {
    let scene = try StoreScene(engine)
    let other = try engine.found(scene.folder, "440400", scene.ids)
    try Town.settle(other)
    #expect(scene.store.city == Town.city)
    #expect(other.city == "440400")
    let id = scene.ids.v7()
    try scene.store.write { transaction in
      try transaction.put(scene.stored(id, version: transaction.nextVersion()), leaving: nil)
    }
    #expect(try other.read { try $0.record(id) } == nil)
    #expect(
      try other.read { try $0.changes(since: [(.grid(Town.gridA), 0)], limit: 9) }.changes.isEmpty)
    #expect(
      try other.read { try $0.epoch() } != scene.store.read { try $0.epoch() })
  }
}

extension Change {
  var version: Int64? {
    switch self {
    case .record(let record): record.version
    case .gone(_, let version), .receipt(_, _, _, let version), .form(_, let version),
      .conflict(_, let version):
      version
    case .enter, .leave, .unknown: nil
    }
  }

  var recordID: UniqueID? {
    if case .record(let record) = self { record.id } else { nil }
  }

  var goneID: UniqueID? {
    if case .gone(let id, _) = self { id } else { nil }
  }
}
