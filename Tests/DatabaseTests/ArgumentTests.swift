import Database
import Testing

struct ArgumentTests {
  private let connection: Connection

  init() throws {
    connection = try Connection(path: ":memory:")
    try connection.script("CREATE TABLE t (id INTEGER PRIMARY KEY, v)")
  }

  private func stored(_ argument: SQL.Argument) throws -> SQL.Argument? {
    try connection.run("INSERT INTO t (v) VALUES (\(argument))")
    return try connection.row("SELECT v FROM t ORDER BY id DESC") { try $0.argument(0) }
  }

  @Test(
    "a text comes back as it was, whatever is in it",
    arguments: [
      "", "'", "''; DROP TABLE t; --", "\"", "a\0b", "\0", "渔村路12号", "𠮷", "e\u{301}", "?1", "%_\\",
      "\u{feff}x", "line\r\nline",
    ])
  func text(_ text: String) throws {
    let read = try stored(.text(text))
    guard case .text(let back)? = read else {
      Issue.record("not a text: \(String(describing: read))")
      return
    }
    // By bytes: Swift's == also holds for texts that are only canonically equal.
    #expect(Array(back.utf8) == Array(text.utf8))
    let bytes = try connection.count("SELECT length(CAST(v AS BLOB)) FROM t")
    #expect(bytes == Int64(text.utf8.count))
    #expect(try connection.count("SELECT count(*) FROM t WHERE v = \(text)") == 1)
  }

  @Test("a long text comes back whole")
  func longText() throws {
    let text = String(repeating: "渔", count: 400_000)
    #expect(try stored(.text(text)) == .text(text))
  }

  @Test(
    "a blob comes back as it was",
    arguments: [[], [0], [0xff, 0, 0xff], Array(0...255)] as [[UInt8]])
  func blob(_ bytes: [UInt8]) throws {
    #expect(try stored(.blob(bytes)) == .blob(bytes))
    let type = try connection.row("SELECT typeof(v) FROM t") { try $0.text(0) }
    #expect(type == "blob")
  }

  @Test("nothing, an empty text and an empty blob are three things")
  func empties() throws {
    let noText: String? = nil
    let noBlob: [UInt8]? = nil
    try connection.run(
      "INSERT INTO t (v) VALUES (\(noText)), (\("")), (\(noBlob)), (\([] as [UInt8]))")
    let types = try connection.rows("SELECT typeof(v) FROM t ORDER BY id") { try $0.text(0) }
    #expect(types == ["null", "text", "null", "blob"])
    let texts = try connection.rows("SELECT v FROM t WHERE id < 3 ORDER BY id") {
      try $0.optionalText(0)
    }
    #expect(texts == [nil, ""])
    let blobs = try connection.rows("SELECT v FROM t WHERE id > 2 ORDER BY id") {
      try $0.optionalBlob(0)
    }
    #expect(blobs == [nil, []])
  }

  @Test(
    "an integer comes back exactly to the ends of 64 bits",
    arguments: [.min, .max, 0, -1, 1 << 53 + 1, 13_800_138_000] as [Int64])
  func integer(_ value: Int64) throws {
    #expect(try stored(.integer(value)) == .integer(value))
    #expect(try connection.count("SELECT v FROM t WHERE v = \(value)") == value)
  }

  @Test(
    "a real comes back exactly",
    arguments: [
      0.1, 113.918456, -0.0, .greatestFiniteMagnitude, .leastNonzeroMagnitude, .infinity,
    ])
  func real(_ value: Double) throws {
    #expect(try stored(.real(value)) == .real(value))
  }

  @Test("SQLite keeps no NaN: it becomes NULL (sqlite.org/c3ref/bind_blob.html)")
  func notANumber() throws {
    #expect(try stored(.real(.nan)) == .null)
  }

  @Test("a true and a false are 1 and 0")
  func bool() throws {
    try connection.run("INSERT INTO t (v) VALUES (\(true)), (\(false))")
    #expect(try connection.rows("SELECT v FROM t ORDER BY id") { try $0.bool(0) } == [true, false])
    #expect(try connection.rows("SELECT v FROM t ORDER BY id") { try $0.integer(0) } == [1, 0])
  }

  @Test("a list is bound one by one, an empty list matches nothing")
  func list() throws {
    try connection.run("INSERT INTO t (v) VALUES (\("a")), (\("b'")), (\("c"))")
    let found = try connection.rows("SELECT v FROM t WHERE v IN \(list: ["c", "b'"]) ORDER BY v") {
      try $0.text(0)
    }
    #expect(found == ["b'", "c"])
    #expect(try connection.count("SELECT count(*) FROM t WHERE v IN \(list: [])") == 0)
  }

  @Test("a fragment brings its own arguments, in order")
  func fragment() throws {
    try connection.run("INSERT INTO t (v) VALUES (\(1)), (\(2)), (\(3)), (\(4))")
    let upper: SQL = "v < \(4)"
    let found = try connection.rows(
      "SELECT v FROM t WHERE v > \(1) AND \(upper) AND v <> \(3)"
    ) { try $0.integer(0) }
    #expect(found == [2])
  }

  @Test("arguments of one call do not stay for the next")
  func cleared() throws {
    let all: Int64? = 5
    let none: Int64? = nil
    #expect(try connection.row("SELECT \(all)") { try $0.optionalInteger(0) } == 5)
    #expect(try connection.row("SELECT \(none)") { try $0.optionalInteger(0) } == .some(nil))
  }

  @Test("a column of another type is an error and no conversion")
  func types() throws {
    try connection.run("INSERT INTO t (v) VALUES (\("5")), (\(5)), (\(5.5)), (\([5] as [UInt8]))")
    try connection.run("INSERT INTO t (v) VALUES (NULL)")
    let readers: [(Row) throws -> Void] = [
      { _ = try $0.text(0) }, { _ = try $0.integer(0) }, { _ = try $0.optionalReal(0) },
      { _ = try $0.blob(0) },
    ]
    // Which reader takes which row: INTEGER is a number too.
    let fits = [[0], [1, 2], [2], [3], [2]]
    for (row, fitting) in fits.enumerated() {
      for (index, read) in readers.enumerated() {
        let attempt = {
          try connection.row("SELECT v FROM t WHERE id = \(row + 1)") { try read($0) }
        }
        if fitting.contains(index) {
          #expect(throws: Never.self) { try attempt() }
        } else {
          #expect(throws: DatabaseError(.unexpectedValue, message: "column v")) { try attempt() }
        }
      }
    }
  }
}
