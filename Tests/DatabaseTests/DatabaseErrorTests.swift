import Database
import Foundation
import Testing

/// Every kind of error, brought about on a real file. The numbers are SQLite's
/// (sqlite.org/rescode.html).
struct DatabaseErrorTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func open(_ mode: Connection.Mode = .create) throws -> Connection {
    try Connection(path: folder.path("a.db"), mode: mode)
  }

  @Test("a lock that another connection holds is busy, and passes")
  func busy() throws {
    let first = try open()
    try first.script("CREATE TABLE t (v)")
    let second = try open(.readWrite)
    try second.run("PRAGMA busy_timeout = 1")
    try first.transaction {
      let error = databaseError { try second.transaction {} }
      #expect(error?.kind == .busy)
      #expect(error?.code == 5)
      #expect(error?.isRetryable == true)
      // Readers are not held up.
      let count = try second.count("SELECT count(*) FROM t")
      #expect(count == 0)
    }
    try second.transaction { try second.run("INSERT INTO t VALUES (\(1))") }
    #expect(try first.count("SELECT count(*) FROM t") == 1)
  }

  @Test("a stale snapshot that wants to write is busy too")
  func staleSnapshot() throws {
    let first = try open()
    try first.script("CREATE TABLE t (v)")
    let second = try open(.readWrite)
    let error = databaseError {
      try first.snapshot {
        _ = try first.count("SELECT count(*) FROM t")
        try second.run("INSERT INTO t VALUES (\(1))")
        try first.run("INSERT INTO t VALUES (\(2))")
      }
    }
    #expect(error?.kind == .busy)
    #expect(error?.code == 517)
  }

  @Test("constraints are told apart: unique, and all others")
  func constraints() throws {
    let connection = try open()
    try connection.script(
      """
      CREATE TABLE t (id INTEGER PRIMARY KEY, code TEXT UNIQUE, name TEXT NOT NULL,
        age INTEGER CHECK (age >= 0), parent INTEGER REFERENCES t (id));
      CREATE TABLE w (id TEXT PRIMARY KEY) WITHOUT ROWID;
      CREATE TRIGGER noDelete BEFORE DELETE ON t BEGIN SELECT RAISE(ABORT, 'kept'); END;
      INSERT INTO t VALUES (1, 'a', '陈', 1, NULL);
      INSERT INTO w VALUES ('x')
      """)
    let refused: [(SQL, DatabaseError.Kind, Int32)] = [
      ("INSERT INTO t VALUES (\(2), \("a"), 'x', 1, NULL)", .unique, 2067),
      ("INSERT INTO t VALUES (\(1), \("b"), 'x', 1, NULL)", .unique, 1555),
      ("INSERT INTO w VALUES (\("x"))", .unique, 1555),
      ("INSERT INTO t VALUES (\(3), \("c"), NULL, 1, NULL)", .constraint, 1299),
      ("INSERT INTO t VALUES (\(3), \("c"), 'x', \(-1), NULL)", .constraint, 275),
      ("INSERT INTO t VALUES (\(3), \("c"), 'x', 1, \(99))", .constraint, 787),
      ("DELETE FROM t", .constraint, 1811),
    ]
    for (sql, kind, code) in refused {
      let error = databaseError { try connection.run(sql) }
      #expect(error?.kind == kind)
      #expect(error?.code == code)
      #expect(error?.isRetryable == false)
    }
    #expect(try connection.count("SELECT count(*) FROM t") == 1)
  }

  @Test("an error's message names no value")
  func message() throws {
    let connection = try open()
    try connection.script("CREATE TABLE t (phone UNIQUE)")
    try connection.run("INSERT INTO t VALUES (\("13800138000"))")
    let error = databaseError { try connection.run("INSERT INTO t VALUES (\("13800138000"))") }
    let message = try #require(error?.message)
    #expect(message.contains("t.phone"))
    #expect(!message.contains("138"))
  }

  @Test("a full file is full, and passes when there is room")
  func full() throws {
    let connection = try open()
    try connection.script("CREATE TABLE t (v)")
    let pages = try connection.count("PRAGMA page_count")
    try connection.script("PRAGMA max_page_count = \(pages + 1)")
    let big = [UInt8](repeating: 1, count: 100_000)
    let error = databaseError { try connection.run("INSERT INTO t VALUES (\(big))") }
    #expect(error?.kind == .full)
    #expect(error?.code == 13)
    #expect(error?.isRetryable == true)
    try connection.script("PRAGMA max_page_count = 10000")
    try connection.run("INSERT INTO t VALUES (\(big))")
    #expect(try connection.integrityFaults().isEmpty)
  }

  @Test("a connection that only reads writes nothing")
  func readOnly() throws {
    let writer = try open()
    try writer.script("CREATE TABLE t (v)")
    let reader = try open(.readOnly)
    let error = databaseError { try reader.run("INSERT INTO t VALUES (\(1))") }
    #expect(error?.kind == .readOnly)
    #expect(error?.code == 8)
    #expect(error?.isRetryable == false)
    #expect(try reader.count("SELECT count(*) FROM t") == 0)
  }

  @Test(
    "a file that is no database is corrupt from the start",
    arguments: [Connection.Mode.create, .readWrite, .readOnly])
  func notADatabase(_ mode: Connection.Mode) throws {
    let text = Data(String(repeating: "not a database\n", count: 500).utf8)
    try text.write(to: folder.url.appending(path: "a.db"))
    let error = databaseError { _ = try open(mode) }
    #expect(error?.kind == .corrupt)
    #expect(error?.code == 26)
    #expect(try Data(contentsOf: folder.url.appending(path: "a.db")) == text)
  }

  @Test("a file that lost its end is corrupt, not empty")
  func truncated() throws {
    do {
      let connection = try open()
      try connection.script("CREATE TABLE t (v)")
      for _ in 0..<50 {
        try connection.run("INSERT INTO t VALUES (\([UInt8](repeating: 1, count: 3000)))")
      }
    }
    let file = try FileHandle(forWritingTo: folder.url.appending(path: "a.db"))
    try file.truncate(atOffset: 4096 * 3)
    try file.close()
    let error = databaseError {
      let connection = try open(.readWrite)
      _ = try connection.count("SELECT sum(length(v)) FROM t")
    }
    #expect(error?.kind == .corrupt)
    #expect(error?.isRetryable == false)
  }

  @Test("a mistake in the SQL is no condition of the file")
  func mistakes() throws {
    let connection = try open()
    let mistakes: [SQL] = ["SELEKT 1", "SELECT * FROM nowhere", "SELECT \(1) +", ""]
    for sql in mistakes {
      #expect(databaseError { try connection.run(sql) }?.kind == .other)
    }
    #expect(databaseError { try connection.script("CREATE TABLE a (v); SELEKT") }?.kind == .other)
  }
}
