import Domain
import SyncProtocol
import Testing

@testable import CentralCore

@Suite("A store's backup")
struct StoreRestoreTests {
  private let stride: Int64 = 1 << 40

  @Test("a restored backup begins a new epoch with versions 2^40 above", arguments: StoreEngine.all)
  func newEpoch(_ engine: StoreEngine) throws {
    let scene = try StoreScene(engine)
    let id = scene.ids.v7()
    try scene.store.write {
      try $0.put(scene.stored(id, version: $0.nextVersion()), leaving: nil)
    }
    let (epoch, head) = try scene.store.read { (try $0.epoch(), try $0.head()) }
    try scene.store.backup(to: scene.folder["copy.db"])

    let copy = try engine.restore(scene.folder["copy.db"], scene.ids)
    let (newEpoch, newHead) = try copy.read { (try $0.epoch(), try $0.head()) }
    #expect(newEpoch != epoch)
    #expect(newHead >= head + stride || newHead == stride)
    #expect(try copy.write { try $0.nextVersion() } > stride)
    #expect(try copy.read { try $0.record(id) }?.record.version == head)
    #expect(try copy.integrityFaults().isEmpty)

    // Only once: opening it again is no restoration.
    let again = try engine.restore(scene.folder["copy.db"], scene.ids)
    #expect(try again.read { try $0.epoch() } == newEpoch)
    // And the original goes on as it was.
    #expect(try scene.store.read { try $0.epoch() } == epoch)
    #expect(try scene.store.write { try $0.nextVersion() } == head + 1)
  }

  @Test("a backup of a restored centre goes up once more", arguments: StoreEngine.all)
  func twice(_ engine: StoreEngine) throws {
    let scene = try StoreScene(engine)
    try scene.store.backup(to: scene.folder["one.db"])
    let one = try engine.restore(scene.folder["one.db"], scene.ids)
    let last = try one.write { try $0.nextVersion() }
    try one.backup(to: scene.folder["two.db"])
    let two = try engine.restore(scene.folder["two.db"], scene.ids)
    #expect(try two.write { try $0.nextVersion() } > last)
    #expect(try two.read { try $0.head() } >= 2 * stride)
  }

  @Test(
    "an old epoch's uploads are forgotten, so that no receipt of it is told",
    arguments: StoreEngine.all)
  func uploadsForgotten(_ engine: StoreEngine) throws {
    let scene = try StoreScene(engine)
    let digest = SHA256.hash([1])
    let upload = Upload(
      id: scene.ids.v4(), device: scene.ids.v7(), content: .photo(digest), length: 1,
      metadata: "", createdAt: 1,
      receipt: .photo(
        epoch: try scene.store.read { try $0.epoch() }, sha256: digest, bytes: 1))
    try scene.store.write { try $0.put(upload) }
    try scene.store.backup(to: scene.folder["copy.db"])
    let copy = try engine.restore(scene.folder["copy.db"], scene.ids)
    #expect(try copy.read { try $0.upload(upload.id) } == nil)
    #expect(try scene.store.read { try $0.upload(upload.id) } == upload)
  }

  @Test("a backup does not write over anything", arguments: StoreEngine.all)
  func noOverwriting(_ engine: StoreEngine) throws {
    let scene = try StoreScene(engine)
    try Disk.write(Array("precious".utf8), to: scene.folder["copy.db"])
    #expect(throws: CentralStoreFault.exists) {
      try scene.store.backup(to: scene.folder["copy.db"])
    }
    #expect(try Disk.read(scene.folder["copy.db"]) == Array("precious".utf8))
  }

  @Test("a backup taken among writes has whole transactions only", arguments: StoreEngine.all)
  func wholeTransactions(_ engine: StoreEngine) throws {
    let scene = try StoreScene(engine)
    // Every transaction writes one record into each of two grids.
    try onThreads(3) { thread in
      for round in 0..<30 {
        do {
          if thread == 0, round % 10 == 0 {
            try scene.store.backup(to: scene.folder["copy\(round).db"])
          }
          try scene.store.write { transaction in
            for grid in [Town.gridA, Town.gridB] {
              try transaction.put(
                scene.stored(scene.ids.v7(), grid: grid, version: transaction.nextVersion()),
                leaving: nil)
            }
          }
        } catch { Issue.record(error) }
      }
    }
    for round in [0, 10, 20] {
      let copy = try engine.restore(scene.folder["copy\(round).db"], scene.ids)
      let counts = try copy.read { transaction in
        try [Town.gridA, Town.gridB].map {
          try transaction.changes(since: [(.grid($0), 0)], limit: 1000).changes.count
        }
      }
      #expect(counts[0] == counts[1])
    }
  }
}
