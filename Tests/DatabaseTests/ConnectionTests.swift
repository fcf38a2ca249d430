import Database
import Foundation
import Testing

struct ConnectionTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func open(_ mode: Connection.Mode = .create) throws -> Connection {
    try Connection(path: folder.path("a.db"), mode: mode)
  }

  @Test("a file is opened with WAL, FULL, foreign keys and patience")
  func settings() throws {
    let connection = try open()
    #expect(try connection.row("PRAGMA journal_mode") { try $0.text(0) } == "wal")
    #expect(try connection.count("PRAGMA synchronous") == 2)
    #expect(try connection.count("PRAGMA foreign_keys") == 1)
    #expect(try connection.count("PRAGMA trusted_schema") == 0)
    #expect(try connection.count("PRAGMA busy_timeout") == 5000)
  }

  @Test("the file, its -wal and its -shm are the owner's alone")
  func modes() throws {
    let connection = try open()
    try connection.script("CREATE TABLE t (v)")
    #expect(try folder.mode("a.db") == 0o600)
    #expect(try folder.mode("a.db-wal") == 0o600)
    #expect(try folder.mode("a.db-shm") == 0o600)
  }

  @Test("reading alone sees what only the WAL holds, makes no index and writes nothing")
  func readingAlone() throws {
    let writer = try open()
    try writer.script("CREATE TABLE t (v); INSERT INTO t VALUES (7)")
    // As a program that was killed leaves them.
    for name in ["db", "db-wal"] {
      try FileManager.default.copyItem(
        atPath: folder.path("a.\(name)"), toPath: folder.path("b.\(name)"))
    }
    let reader = try Connection(path: folder.path("b.db"), mode: .readAlone)
    #expect(try reader.count("SELECT v FROM t") == 7)
    #expect(databaseError { try reader.run("INSERT INTO t VALUES (8)") }?.kind == .readOnly)
    #expect(!FileManager.default.fileExists(atPath: folder.path("b.db-shm")))
  }

  @Test("only create makes a file")
  func missing() throws {
    for mode in [Connection.Mode.readWrite, .readOnly] {
      #expect(databaseError { _ = try open(mode) }?.kind == .cannotOpen)
      #expect(!FileManager.default.fileExists(atPath: folder.path("a.db")))
    }
    let nowhere = folder.path("no/such/folder.db")
    #expect(databaseError { _ = try Connection(path: nowhere) }?.kind == .cannotOpen)
    #expect(databaseError { _ = try Connection(path: folder.path("")) }?.kind == .cannotOpen)
  }

  @Test("a path with a quote, a percent sign and Chinese is a path")
  func strangePath() throws {
    let path = folder.path("陈's 100%.db")
    try Connection(path: path).script("CREATE TABLE t (v)")
    #expect(FileManager.default.fileExists(atPath: path))
    #expect(try Connection(path: path, mode: .readOnly).count("SELECT count(*) FROM t") == 0)
  }

  @Test("rows come in order, the first alone, and until the reader has enough")
  func reading() throws {
    let connection = try open()
    try connection.script("CREATE TABLE t (v); INSERT INTO t VALUES (1), (2), (3)")
    #expect(try connection.rows("SELECT v FROM t") { try $0.integer(0) } == [1, 2, 3])
    #expect(try connection.row("SELECT v FROM t") { try $0.integer(0) } == 1)
    #expect(try connection.row("SELECT v FROM t WHERE v > 3") { try $0.integer(0) } == nil)
    var seen: [Int64] = []
    try connection.forEach("SELECT v FROM t") {
      seen.append(try $0.integer(0))
      return seen.count < 2
    }
    #expect(seen == [1, 2])
    try connection.run("UPDATE t SET v = v + 1 WHERE v > \(1)")
    #expect(connection.changes == 2)
  }

  @Test("a statement is used again within its own rows, three deep")
  func reuse() throws {
    let connection = try open()
    try connection.script(
      """
      CREATE TABLE t (id INTEGER PRIMARY KEY, parent INTEGER);
      INSERT INTO t VALUES (1, 0), (2, 1), (3, 1), (4, 2), (5, 2), (6, 3)
      """)
    func descendants(_ parent: Int64) throws -> [Int64] {
      try connection.rows("SELECT id FROM t WHERE parent = \(parent) ORDER BY id") { row in
        let id = try row.integer(0)
        return [id] + (try descendants(id))
      }.flatMap { $0 }
    }
    #expect(try descendants(0) == [1, 2, 4, 5, 3, 6])
    #expect(try descendants(0) == [1, 2, 4, 5, 3, 6])
  }

  @Test("a statement whose reader threw is as good as new")
  func thrown() throws {
    struct Stop: Error {}
    let connection = try open()
    try connection.script("CREATE TABLE t (v); INSERT INTO t VALUES (1), (2)")
    let all: SQL = "SELECT v FROM t"
    #expect(throws: Stop.self) { try connection.rows(all) { _ in throw Stop() } }
    #expect(try connection.rows(all) { try $0.integer(0) } == [1, 2])
    // A statement left in the middle would hold its read lock.
    try connection.script("DROP TABLE t")
  }

  @Test("more statements than are kept still work")
  func manyStatements() throws {
    let connection = try open()
    for length in 1...450 {
      let list = (1...length).map(String.init)
      #expect(try connection.count("SELECT \("1") IN \(list: list)") == 1)
    }
  }

  @Test("a copy is whole, the owner's alone, and taken while another writes")
  func copy() throws {
    let connection = try open()
    try connection.script(
      "CREATE TABLE t (v); INSERT INTO t VALUES ('渔'), (x'00ff'); PRAGMA user_version = 7")
    let writer = try open(.readWrite)
    try writer.transaction {
      try writer.run("INSERT INTO t VALUES (\(3))")
      try connection.copy(to: folder.path("b.db"))
    }
    #expect(try folder.mode("b.db") == 0o600)
    let copy = try Connection(path: folder.path("b.db"), mode: .readOnly)
    #expect(try copy.integrityFaults().isEmpty)
    #expect(try copy.count("SELECT count(*) FROM t") == 2)
    #expect(try copy.count("PRAGMA user_version") == 7)
    #expect(
      try copy.rows("SELECT v FROM t") { try $0.argument(0) } == [.text("渔"), .blob([0, 0xff])])
  }

  @Test("a copy overwrites nothing and leaves no part of itself")
  func copyRefused() throws {
    let connection = try open()
    try connection.script("CREATE TABLE t (v)")
    try Data("kept".utf8).write(to: folder.url.appending(path: "b.db"))
    #expect(databaseError { try connection.copy(to: folder.path("b.db")) }?.kind == .cannotOpen)
    #expect(try Data(contentsOf: folder.url.appending(path: "b.db")) == Data("kept".utf8))
    #expect(databaseError { try connection.copy(to: folder.path("no/c.db")) }?.kind == .cannotOpen)
    // VACUUM is refused inside a transaction.
    #expect(
      databaseError {
        try connection.transaction { try connection.copy(to: folder.path("d.db")) }
      } != nil)
    #expect(!FileManager.default.fileExists(atPath: folder.path("d.db")))
  }

  @Test("a sound file has no faults, a file with a broken index has")
  func integrity() throws {
    let connection = try open()
    try connection.script(
      """
      CREATE TABLE t (id INTEGER PRIMARY KEY, v);
      CREATE INDEX byV ON t (v);
      INSERT INTO t (v) VALUES (1), (2), (3)
      """)
    #expect(try connection.integrityFaults().isEmpty)
    try connection.script(
      """
      PRAGMA writable_schema = 1;
      UPDATE sqlite_schema SET rootpage = (SELECT max(rootpage) FROM sqlite_schema)
        WHERE name = 't';
      PRAGMA writable_schema = RESET
      """)
    let faults: [String]
    do { faults = try open(.readWrite).integrityFaults() } catch let error as DatabaseError {
      faults = [error.message]
      #expect(error.kind == .corrupt)
    }
    #expect(!faults.isEmpty)
  }
}
