import Database
import Testing

struct MigratorTests {
  private let folder: TemporaryFolder

  private static let steps = [
    "CREATE TABLE household (id TEXT PRIMARY KEY, address TEXT NOT NULL)",
    "ALTER TABLE household ADD COLUMN grid TEXT NOT NULL DEFAULT ''",
    """
    CREATE TABLE person (id TEXT PRIMARY KEY, household TEXT REFERENCES household (id));
    CREATE INDEX personByHousehold ON person (household);
    """,
  ]
  private static let ours = Migrator(applicationID: 0x4757_4b31, steps: steps)

  init() throws { folder = try TemporaryFolder() }

  private func open() throws -> Connection { try Connection(path: folder.path("a.db")) }

  private func schema(of connection: Connection) throws -> [String] {
    try connection.rows("SELECT coalesce(sql, name) FROM sqlite_schema ORDER BY name") {
      try $0.text(0)
    }
  }

  @Test("a database of any earlier version comes to the same schema with its rows")
  func everyVersion() throws {
    let fresh = try Connection(path: folder.path("fresh.db"))
    try Self.ours.migrate(fresh)
    let wanted = try schema(of: fresh)
    #expect(wanted.count == 5)
    for version in 1...Self.steps.count {
      let connection = try Connection(path: folder.path("\(version).db"))
      try Migrator(applicationID: 0x4757_4b31, steps: Array(Self.steps.prefix(version)))
        .migrate(connection)
      #expect(try connection.count("PRAGMA user_version") == Int64(version))
      try connection.run("INSERT INTO household (id, address) VALUES (\("h"), \("渔村路"))")
      try Self.ours.migrate(connection)
      #expect(try schema(of: connection) == wanted)
      #expect(try connection.count("PRAGMA user_version") == 3)
      #expect(try connection.count("PRAGMA application_id") == 0x4757_4b31)
      #expect(try connection.row("SELECT address FROM household") { try $0.text(0) } == "渔村路")
    }
  }

  @Test("a second run changes nothing")
  func again() throws {
    let connection = try open()
    try Self.ours.migrate(connection)
    let version = try connection.count("PRAGMA schema_version")
    try Self.ours.migrate(connection)
    #expect(try connection.count("PRAGMA schema_version") == version)
  }

  @Test("a step that fails leaves the database where it was")
  func failing() throws {
    let connection = try open()
    try Migrator(applicationID: 1, steps: [Self.steps[0]]).migrate(connection)
    let before = try schema(of: connection)
    let broken = Migrator(applicationID: 1, steps: Self.steps + ["CREATE TABLE x (v); SELEKT"])
    #expect(databaseError { try broken.migrate(connection) }?.kind == .other)
    #expect(try schema(of: connection) == before)
    #expect(try connection.count("PRAGMA user_version") == 1)
    try Migrator(applicationID: 1, steps: Self.steps).migrate(connection)
    #expect(try connection.count("PRAGMA user_version") == 3)
  }

  @Test("a newer program's database is refused and left alone")
  func newer() throws {
    let connection = try open()
    try Self.ours.migrate(connection)
    let old = Migrator(applicationID: 0x4757_4b31, steps: Array(Self.steps.prefix(2)))
    let error = databaseError { try old.migrate(connection) }
    #expect(error?.kind == .newerSchema(found: 3, known: 2))
    #expect(try connection.count("PRAGMA user_version") == 3)
  }

  @Test(
    "another program's database is refused and left alone",
    arguments: [
      "PRAGMA application_id = 7",
      "PRAGMA application_id = 7; PRAGMA user_version = 1",
      "PRAGMA user_version = 1",
      "PRAGMA user_version = -1",
      "PRAGMA application_id = 0x47574b31; PRAGMA user_version = -1",
      "CREATE TABLE bookmarks (url TEXT)",
    ])
  func foreign(_ script: String) throws {
    let connection = try open()
    try connection.script(script)
    let before = try schema(of: connection)
    let marks = try [
      connection.count("PRAGMA application_id"), connection.count("PRAGMA user_version"),
    ]
    #expect(databaseError { try Self.ours.migrate(connection) }?.kind == .foreignDatabase)
    #expect(try schema(of: connection) == before)
    #expect(
      try [connection.count("PRAGMA application_id"), connection.count("PRAGMA user_version")]
        == marks)
  }

  @Test("a database that another connection migrates meanwhile is migrated once")
  func concurrent() throws {
    let first = try open()
    let second = try open()
    try second.run("PRAGMA busy_timeout = 1")
    try first.transaction {
      try first.script(Self.steps[0])
      #expect(databaseError { try Self.ours.migrate(second) }?.kind == .busy)
      try first.script("PRAGMA user_version = 1; PRAGMA application_id = \(0x4757_4b31)")
    }
    try Self.ours.migrate(second)
    try Self.ours.migrate(first)
    #expect(try first.count("PRAGMA user_version") == 3)
  }
}
