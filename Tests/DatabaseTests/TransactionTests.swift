import Database
import Testing

struct TransactionTests {
  private struct Stop: Error {}

  private let folder: TemporaryFolder
  private let connection: Connection
  private let other: Connection

  init() throws {
    folder = try TemporaryFolder()
    connection = try Connection(path: folder.path("a.db"))
    try connection.script("CREATE TABLE t (v UNIQUE)")
    other = try Connection(path: folder.path("a.db"), mode: .readWrite)
    try other.run("PRAGMA busy_timeout = 1")
  }

  private func insert(_ value: Int) throws {
    try connection.run("INSERT INTO t VALUES (\(value))")
  }

  private func seen(by connection: Connection) throws -> [Int64] {
    try connection.rows("SELECT v FROM t ORDER BY v") { try $0.integer(0) }
  }

  @Test("others see all of a transaction when it has returned, and nothing before")
  func commit() throws {
    let answer = try connection.transaction {
      try insert(1)
      try insert(2)
      #expect(try seen(by: other) == [])
      #expect(try seen(by: connection) == [1, 2])
      return "done"
    }
    #expect(answer == "done")
    #expect(try seen(by: other) == [1, 2])
  }

  @Test("a transaction that throws leaves nothing, not even its tables")
  func rollback() throws {
    #expect(throws: Stop.self) {
      try connection.transaction {
        try insert(1)
        try connection.script("CREATE TABLE u (v); PRAGMA user_version = 9")
        throw Stop()
      }
    }
    #expect(try seen(by: connection) == [])
    #expect(try connection.count("SELECT count(*) FROM sqlite_schema WHERE name = 'u'") == 0)
    #expect(try connection.count("PRAGMA user_version") == 0)
    try connection.transaction { try insert(2) }
    #expect(try seen(by: other) == [2])
  }

  @Test("a refused row undoes the transaction it ends, and the next one works")
  func refusedRow() throws {
    let error = databaseError {
      try connection.transaction {
        try insert(1)
        try insert(1)
      }
    }
    #expect(error?.kind == .unique)
    #expect(try seen(by: other) == [])
    try connection.transaction { try insert(1) }
    #expect(try seen(by: other) == [1])
  }

  @Test("an inner transaction that throws is undone alone when the outer goes on")
  func inner() throws {
    try connection.transaction {
      try insert(1)
      #expect(throws: Stop.self) {
        try connection.transaction {
          try insert(2)
          try connection.transaction { try insert(3) }
          throw Stop()
        }
      }
      try connection.transaction { try insert(4) }
      #expect(databaseError { try connection.transaction { try insert(4) } }?.kind == .unique)
    }
    #expect(try seen(by: other) == [1, 4])
  }

  @Test("an outer transaction that throws takes its inner ones along")
  func outer() throws {
    #expect(throws: Stop.self) {
      try connection.transaction {
        try connection.transaction { try insert(1) }
        try connection.transaction { try connection.transaction { try insert(2) } }
        throw Stop()
      }
    }
    #expect(try seen(by: connection) == [])
  }

  @Test("a foreign key that is checked at the end undoes the whole")
  func deferredConstraint() throws {
    try connection.script(
      "CREATE TABLE child (v REFERENCES t (v) DEFERRABLE INITIALLY DEFERRED)")
    let error = databaseError {
      try connection.transaction {
        try insert(1)
        try connection.run("INSERT INTO child VALUES (\(2))")
      }
    }
    #expect(error?.kind == .constraint)
    #expect(try seen(by: connection) == [])
    try connection.transaction { try insert(5) }
    #expect(try seen(by: other) == [5])
  }

  @Test("a snapshot sees one state while another writes")
  func snapshot() throws {
    try insert(1)
    try connection.snapshot {
      #expect(try seen(by: connection) == [1])
      try other.run("INSERT INTO t VALUES (\(2))")
      #expect(try seen(by: connection) == [1])
      let nested = try connection.snapshot { try seen(by: connection) }
      #expect(nested == [1])
    }
    #expect(try seen(by: connection) == [1, 2])
  }

  @Test("a transaction inside a snapshot is refused, not lost")
  func transactionInSnapshot() throws {
    try connection.snapshot {
      #expect(databaseError { try connection.transaction { try insert(1) } }?.kind == .other)
    }
    try connection.transaction {
      try connection.snapshot { try insert(2) }
    }
    #expect(try seen(by: other) == [2])
  }

  @Test("after SQLite rolled back by itself, nothing of the transaction is committed")
  func rolledBackBySQLite() throws {
    try connection.transaction { try insert(1) }
    let pages = try connection.count("PRAGMA page_count")
    // A pragma takes no bound argument.
    try connection.script("PRAGMA max_page_count = \(pages + 1)")
    let big = [UInt8](repeating: 7, count: 100_000)
    let error = databaseError {
      try connection.transaction {
        try insert(2)
        let full = databaseError { try connection.run("INSERT INTO t VALUES (\(big))") }
        #expect(full?.kind == .full)
        // The body passes over the error and goes on.
        try insert(3)
      }
    }
    #expect(error?.kind == .inputOutput)
    #expect(error?.isRetryable == true)
    #expect(try seen(by: connection) == [1])
    #expect(try seen(by: other) == [1])
    try connection.transaction { try insert(4) }
    #expect(try seen(by: other) == [1, 4])
  }

  @Test("a commit outlives its connection")
  func durable() throws {
    do {
      let short = try Connection(path: folder.path("a.db"), mode: .readWrite)
      try short.transaction { try short.run("INSERT INTO t VALUES (\(1))") }
    }
    #expect(try seen(by: other) == [1])
  }
}
