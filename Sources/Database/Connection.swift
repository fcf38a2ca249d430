import CSQLite
import Glibc

/// One connection to one SQLite file, for one thread at a time.
///
/// Opened as both ends want it: WAL, `synchronous=FULL` (a commit is on the
/// disk when the call returns), foreign keys on, five seconds of patience with
/// another process. Statements are prepared once and kept: a prepared statement
/// costs less than half of preparing anew.
public final class Connection {
  /// How a file is opened.
  public enum Mode: Sendable {
    /// Reads and writes; makes the file, readable by its owner only.
    case create
    /// Reads and writes a file that is there.
    case readWrite
    /// Reads a file that is there.
    case readOnly
    /// Reads a file that is there and that nobody else has open, its WAL
    /// included, without the shared index that needs room on the disk.
    case readAlone
  }

  /// The file.
  public let path: String
  private let handle: OpaquePointer
  private var statements: [String: OpaquePointer] = [:]
  private var isInTransaction = false
  private var isInSnapshot = false
  private static let busyMilliseconds: Int32 = 5000
  private static let keptStatements = 200

  /// Opens a file.
  ///
  /// - Throws: `DatabaseError`, `.cannotOpen` when the file is not there or may
  ///   not be read, `.corrupt` when it is no database.
  public init(path: String, mode: Mode = .create) throws {
    self.path = path
    if mode == .create, path != ":memory:" {
      // Made here first so that its mode is right from the first byte; SQLite
      // gives -wal and -shm the same mode.
      let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
      if descriptor >= 0 { close(descriptor) }
    }
    var opened: OpaquePointer?
    let flags = mode == .readOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE
    let code = sqlite3_open_v2(path, &opened, flags | SQLITE_OPEN_NOMUTEX, nil)
    guard let opened else { throw DatabaseError(code: code, message: "out of memory") }
    handle = opened
    guard code == SQLITE_OK else {
      let error = Self.error(on: opened, code)
      sqlite3_close_v2(opened)
      throw error
    }
    sqlite3_extended_result_codes(handle, 1)
    sqlite3_busy_timeout(handle, Self.busyMilliseconds)
    try configure(mode)
  }

  deinit {
    for statement in statements.values { sqlite3_finalize(statement) }
    sqlite3_close_v2(handle)
  }

  private func configure(_ mode: Mode) throws {
    if mode == .readAlone {
      // Before the first access: the index of the WAL is then kept in memory
      // (sqlite.org/wal.html, "Use of WAL Without Shared-Memory").
      try run("PRAGMA locking_mode=EXCLUSIVE")
      try run("PRAGMA query_only=ON")
      try run("PRAGMA schema_version")
    } else if mode == .readOnly {
      // SQLite opens lazily; this reads the file's first page.
      try run("PRAGMA schema_version")
    } else {
      try run("PRAGMA journal_mode=WAL")
      try run("PRAGMA synchronous=FULL")
    }
    try run("PRAGMA foreign_keys=ON")
    try run("PRAGMA trusted_schema=OFF")
  }

  /// Runs one statement and passes over its rows.
  public func run(_ sql: SQL) throws {
    try withStatement(sql) { statement in
      while try step(statement) {}
    }
  }

  /// Runs a statement and maps each row.
  public func rows<T>(_ sql: SQL, _ map: (Row) throws -> T) throws -> [T] {
    try withStatement(sql) { statement in
      var found: [T] = []
      while try step(statement) { found.append(try map(Row(statement: statement))) }
      return found
    }
  }

  /// Runs a statement and maps the first row; nil when there is none.
  public func row<T>(_ sql: SQL, _ map: (Row) throws -> T) throws -> T? {
    try withStatement(sql) { statement in
      try step(statement) ? try map(Row(statement: statement)) : nil
    }
  }

  /// Hands each row to `body` until it returns false.
  public func forEach(_ sql: SQL, _ body: (Row) throws -> Bool) throws {
    try withStatement(sql) { statement in
      while try step(statement) {
        if try !body(Row(statement: statement)) { return }
      }
    }
  }

  /// Runs several statements without arguments: a schema.
  public func script(_ sql: String) throws {
    try checkTransaction()
    let code = sqlite3_exec(handle, sql, nil, nil, nil)
    if code != SQLITE_OK { throw Self.error(on: handle, code) }
  }

  /// Rows that the last statement changed.
  public var changes: Int { Int(sqlite3_changes(handle)) }

  /// Runs the body in one transaction: committed (and, by
  /// `synchronous=FULL`, on the disk) when it returns, undone when it throws.
  ///
  /// The body is synchronous, so nothing can be suspended inside. A
  /// transaction inside another one is a savepoint; inside a snapshot, which
  /// ends without a commit, it is refused.
  public func transaction<T>(_ body: () throws -> T) throws -> T {
    if isInSnapshot { throw DatabaseError(.other, message: "a transaction inside a snapshot") }
    if isInTransaction { return try savepoint(body) }
    try run("BEGIN IMMEDIATE")
    isInTransaction = true
    defer { isInTransaction = false }
    do {
      let result = try body()
      try run("COMMIT")
      return result
    } catch {
      rollBack()
      throw error
    }
  }

  /// A full disk or an I/O error may have made SQLite roll back the whole
  /// transaction by itself. What its body still runs must not be committed
  /// piece by piece, even when the body passed over the error.
  private func checkTransaction() throws {
    if isInTransaction, sqlite3_get_autocommit(handle) != 0 {
      throw DatabaseError(.inputOutput, message: "the transaction was rolled back")
    }
  }

  private func savepoint<T>(_ body: () throws -> T) throws -> T {
    try run("SAVEPOINT inner")
    do {
      let result = try body()
      try run("RELEASE inner")
      return result
    } catch {
      // A full disk may have rolled everything back already; the outer
      // transaction then reports it.
      if sqlite3_get_autocommit(handle) == 0 {
        try run("ROLLBACK TO inner")
        try run("RELEASE inner")
      }
      throw error
    }
  }

  /// Runs the body on one unchanging view of the database.
  public func snapshot<T>(_ body: () throws -> T) throws -> T {
    if isInTransaction || isInSnapshot { return try body() }
    try run("BEGIN")
    isInSnapshot = true
    defer {
      isInSnapshot = false
      rollBack()
    }
    return try body()
  }

  private func rollBack() {
    // After a failed COMMIT or an I/O error SQLite may have rolled back by
    // itself; a second ROLLBACK would then be the error.
    if sqlite3_get_autocommit(handle) == 0 {
      sqlite3_exec(handle, "ROLLBACK", nil, nil, nil)
    }
  }

  /// Copies the whole database into a new file, readable by its owner only,
  /// while others write (sqlite.org/lang_vacuum.html, VACUUM INTO), and fsyncs it.
  ///
  /// - Throws: `DatabaseError`, `.cannotOpen` when the file is there already or
  ///   its folder is not. Part of a copy is never left behind.
  public func copy(to destination: String) throws {
    // Made here first so that nobody else can read it while it grows; VACUUM
    // INTO takes an empty file.
    let descriptor = Glibc.open(destination, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw DatabaseError(.cannotOpen) }
    defer { close(descriptor) }
    do {
      try run("VACUUM INTO \(destination)")
      guard fsync(descriptor) == 0 else { throw DatabaseError(.inputOutput) }
    } catch {
      unlink(destination)
      throw error
    }
  }

  /// SQLite's own examination; empty when the file is sound.
  public func integrityFaults() throws -> [String] {
    try rows("PRAGMA integrity_check(20)") { try $0.text(0) }.filter { $0 != "ok" }
  }

  private func withStatement<T>(_ sql: SQL, _ body: (OpaquePointer) throws -> T) throws -> T {
    try checkTransaction()
    // Taken out of the store while it runs: a statement that is used again
    // inside its own rows gets a second copy.
    let statement = try statements.removeValue(forKey: sql.text) ?? prepare(sql.text)
    defer { keep(statement, for: sql.text) }
    try bind(sql.arguments, to: statement)
    return try body(statement)
  }

  private func keep(_ statement: OpaquePointer, for text: String) {
    sqlite3_reset(statement)
    sqlite3_clear_bindings(statement)
    if statements[text] == nil, statements.count < Self.keptStatements {
      statements[text] = statement
    } else {
      sqlite3_finalize(statement)
    }
  }

  private func prepare(_ text: String) throws -> OpaquePointer {
    var statement: OpaquePointer?
    let code = sqlite3_prepare_v3(
      handle, text, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
    guard code == SQLITE_OK, let statement else { throw Self.error(on: handle, code) }
    return statement
  }

  private func bind(_ arguments: [SQL.Argument], to statement: OpaquePointer) throws {
    for (index, argument) in arguments.enumerated() {
      let place = Int32(index + 1)
      let code =
        switch argument {
        case .null: sqlite3_bind_null(statement, place)
        case .integer(let value): sqlite3_bind_int64(statement, place, value)
        case .real(let value): sqlite3_bind_double(statement, place, value)
        case .text(let value): bind(value, to: statement, place)
        case .blob(let value): bind(value, to: statement, place)
        }
      if code != SQLITE_OK { throw Self.error(on: handle, code) }
    }
  }

  private func bind(_ text: String, to statement: OpaquePointer, _ place: Int32) -> Int32 {
    var text = text
    return text.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) { characters in
        csqlite_bind_text(statement, place, characters.baseAddress, Int32(bytes.count))
      }
    }
  }

  private func bind(_ bytes: [UInt8], to statement: OpaquePointer, _ place: Int32) -> Int32 {
    if bytes.isEmpty { return sqlite3_bind_zeroblob(statement, place, 0) }
    return bytes.withUnsafeBytes {
      csqlite_bind_blob(statement, place, $0.baseAddress, Int32(bytes.count))
    }
  }

  private func step(_ statement: OpaquePointer) throws -> Bool {
    switch sqlite3_step(statement) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    case let code: throw Self.error(on: handle, code)
    }
  }

  private static func error(on handle: OpaquePointer, _ code: Int32) -> DatabaseError {
    let extended = sqlite3_extended_errcode(handle)
    let message = sqlite3_errmsg(handle).map { String(cString: $0) } ?? ""
    return DatabaseError(
      code: extended == SQLITE_OK ? code : extended, message: message,
      systemErrno: sqlite3_system_errno(handle))
  }
}
