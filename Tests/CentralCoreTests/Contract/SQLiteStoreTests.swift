import Database
import Domain
import SyncProtocol
import Testing

@testable import CentralCore

/// What only the SQLite engine promises.
@Suite("The SQLite store")
struct SQLiteStoreTests {
  private func scene() throws -> (StoreScene, Connection) {
    let scene = try StoreScene(.sqlite)
    return (scene, try Connection(path: scene.folder["\(Town.city).db"], mode: .readWrite))
  }

  @Test("the journal refuses to be changed or shortened, whoever asks")
  func appendOnly() throws {
    let (scene, connection) = try scene()
    let lane = LaneKey(device: scene.ids.v7(), incarnation: scene.ids.v4(), lane: .urgent)
    try scene.store.write {
      try $0.append(
        JournaledOperation(
          result: OperationResult(seq: 1, op: nil, result: .refused, code: .malformed),
          record: nil, line: [1], hash: SHA256.hash([1]), receivedAt: 1), to: lane)
    }
    for sql: SQL in [
      "UPDATE operation SET line = x'00'", "UPDATE operation SET code = 'duplicate'",
      "DELETE FROM operation",
    ] {
      #expect(throws: DatabaseError.self) { try connection.run(sql) }
    }
    #expect(try connection.row("SELECT count(*) FROM operation") { try $0.integer(0) } == 1)
  }

  @Test("the city leads every key")
  func cityLeads() throws {
    let (_, connection) = try scene()
    // `centre` says whose file it is; `audit` has no key but its order.
    let tables = try connection.rows(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT IN ('centre', 'audit')"
    ) { try $0.text(0) }
    #expect(tables.count >= 14)
    for table in tables {
      let first = try connection.row(
        "SELECT name FROM pragma_table_info(\(table)) WHERE pk = 1"
      ) { try $0.text(0) }
      #expect(first == "city", "\(table)")
    }
    let indexes = try connection.rows(
      "SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL"
    ) { try $0.text(0) }
    #expect(indexes.count >= 4)
    for index in indexes {
      let first = try connection.row(
        "SELECT name FROM pragma_index_info(\(index)) WHERE seqno = 0"
      ) { try $0.text(0) }
      #expect(first == "city", "\(index)")
    }
  }

  @Test("no question of the protocol reads a whole table")
  func indexed() throws {
    let (scene, connection) = try scene()
    let id = scene.ids.v7().text
    for sql: SQL in [
      SQLiteTransaction.operationLookup(city: Town.city, op: id),
      "SELECT version FROM change WHERE city = '1' AND scope = 'x' AND version > 3 ORDER BY version LIMIT 5",
      "SELECT id FROM upload WHERE city = '1' AND receipt IS NULL AND created_at < 5",
    ] {
      let plan = try connection.rows("EXPLAIN QUERY PLAN \(sql)") { try $0.text(3) }
      #expect(!plan.isEmpty)
      #expect(plan.allSatisfy { !$0.contains("SCAN") && !$0.contains("TEMP") }, "\(plan)")
    }
    // A key that is used by its first column only reads a city's whole table.
    let plan = try connection.rows(
      "EXPLAIN QUERY PLAN \(SQLiteTransaction.operationLookup(city: Town.city, op: id))"
    ) { try $0.text(3) }
    #expect(plan.contains { $0.contains("op=?") }, "\(plan)")
  }

  @Test("the file of another program, a missing one and one that is there are told apart")
  func opening() throws {
    let (scene, _) = try scene()
    let path = scene.folder["\(Town.city).db"]
    #expect(throws: CentralStoreFault.exists) {
      try SQLiteCentralStore.create(at: path, .init(city: "1", epoch: scene.ids.v4()))
    }
    #expect(throws: CentralStoreFault.missing) {
      try SQLiteCentralStore(path: scene.folder["none.db"], newEpoch: { scene.ids.v4() })
    }
    #expect(!Disk.exists(scene.folder["none.db"]))
    let foreign = scene.folder["foreign.db"]
    try Connection(path: foreign).script("CREATE TABLE other (x)")
    #expect {
      try SQLiteCentralStore(path: foreign, newEpoch: { scene.ids.v4() })
    } throws: {
      ($0 as? DatabaseError)?.kind == .foreignDatabase
    }
  }

  @Test("a founding that was killed half-way is done again")
  func foundingAgain() throws {
    let folder = try Folder()
    let ids = IDSource(seed: 3)
    let path = folder["half.db"]
    // The schema is there, the city is not yet.
    try CentralSchema.migrator.migrate(try Connection(path: path))
    try SQLiteCentralStore.create(at: path, .init(city: "440300", epoch: ids.v4()))
    #expect(try SQLiteCentralStore(path: path, newEpoch: { ids.v4() }).city == "440300")
    // An empty file is what a kill even earlier leaves.
    try Disk.write([], to: folder["empty.db"])
    try SQLiteCentralStore.create(at: folder["empty.db"], .init(city: "1", epoch: ids.v4()))
  }

  @Test("a column that does not hold what it should is the store's fault, not the request's")
  func damagedColumn() throws {
    let (scene, connection) = try scene()
    let id = scene.ids.v7()
    try scene.store.write {
      try $0.put(scene.stored(id, version: $0.nextVersion()), leaving: nil)
    }
    try connection.run("UPDATE record SET fields = '{'")
    #expect {
      try scene.store.read { try $0.record(id) }
    } throws: {
      ($0 as? DatabaseError)?.kind == .unexpectedValue
    }
  }

  @Test("a full database refuses every write of the batch, loses none that it took, and goes on")
  func full() throws {
    let scene = try StoreScene(.sqlite)
    let path = scene.folder["\(Town.city).db"]
    // A limit on the pages belongs to a connection: the writer's own.
    let store = try SQLiteCentralStore(path: path, newEpoch: { scene.ids.v4() })
    let pages = try limitPages(of: store, to: 0) + 12
    #expect(try limitPages(of: store, to: pages) == pages)
    var kept: [UniqueID] = []
    var refusal: DatabaseError?
    for _ in 0..<400 where refusal == nil {
      let id = scene.ids.v7()
      do {
        try store.write {
          var stored = scene.stored(id, version: try $0.nextVersion())
          stored.record.fields["note"] = .text(String(repeating: "字", count: 300))
          try $0.put(stored, leaving: nil)
        }
        kept.append(id)
      } catch let error as DatabaseError { refusal = error }
    }
    #expect(refusal?.kind == .full)
    #expect(!kept.isEmpty)
    let counts = try store.read { try $0.recordCounts() }
    #expect(counts == ["household": kept.count])
    _ = try limitPages(of: store, to: 1_000_000)
    try store.write {
      try $0.put(scene.stored(scene.ids.v7(), version: $0.nextVersion()), leaving: nil)
    }
    #expect(try store.read { try $0.recordCounts() } == ["household": kept.count + 1])
    #expect(try store.integrityFaults().isEmpty)
  }

  @Test("one backup restored twice gives out no version twice, while the clock goes on")
  func restoredTwice() throws {
    let folder = try Folder()
    let ids = IDSource(seed: 5)
    try SQLiteCentralStore.create(at: folder["one.db"], .init(city: Town.city, epoch: ids.v4()))
    let store = try SQLiteCentralStore(path: folder["one.db"]) { ids.v4() }
    for name in ["a.db", "b.db"] { try store.backup(to: folder[name]) }
    let at: Int64 = 1_790_000_000_000
    let first = try SQLiteCentralStore(path: folder["a.db"], now: at) { ids.v4() }
    let second = try SQLiteCentralStore(path: folder["b.db"], now: at + 10_000) { ids.v4() }
    let (one, two) = (try first.read { try $0.head() }, try second.read { try $0.head() })
    #expect(one == (at / 1000 - 1_577_836_800) * 65_536)
    #expect(two == one + 10 * 65_536)
    // A clock that has gone back does not let old versions come again.
    try second.backup(to: folder["c.db"])
    let third = try SQLiteCentralStore(path: folder["c.db"], now: 0) { ids.v4() }
    #expect(try third.read { try $0.head() } >= two + 1)
    #expect(try third.read { try $0.head() } < Limits.numbers)
  }

  /// Sets the limit and returns it; 0 returns the pages there are.
  private func limitPages(of store: SQLiteCentralStore, to pages: Int64) throws -> Int64 {
    try store.write { transaction in
      let connection = try #require(transaction as? SQLiteTransaction).connection
      let pragma = pages == 0 ? "PRAGMA page_count" : "PRAGMA max_page_count = \(pages)"
      return try #require(try connection.row(SQL(stringLiteral: pragma)) { try $0.integer(0) })
    }
  }
}
