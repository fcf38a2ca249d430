import Database
import Domain
import Glibc
import Locks
import SyncProtocol

/// The centre's store on one SQLite file.
///
/// One write at a time. Whatever has gathered while the last commit was being
/// fsynced is committed together: one fsync serves many devices, and a write that
/// fails takes nobody with it.
public final class SQLiteCentralStore: CentralStore {
  /// The city whose cell this is.
  public let city: String
  private let path: String
  private let writer: GroupCommit
  private let readers = Mutex<[Reader]>([])

  /// A value made once, when the store is made.
  public struct Founding: Sendable {
    /// The city code.
    public var city: String
    /// The first epoch.
    public var epoch: UniqueID

    /// The founding of a city's cell.
    public init(city: String, epoch: UniqueID) {
      self.city = city
      self.epoch = epoch
    }
  }

  /// Makes a new store; one whose making was killed half-way is made again.
  ///
  /// - Throws: `CentralStoreFault.exists` when there is a city's store already.
  public static func create(at path: String, _ founding: Founding) throws {
    let connection = try Connection(path: path)
    try CentralSchema.migrator.migrate(connection)
    try connection.transaction {
      guard try setting("city", on: connection) == nil else { throw CentralStoreFault.exists }
      for (name, value) in [
        ("city", founding.city), ("epoch", founding.epoch.text), ("sequence", "0"),
      ] {
        try connection.run("INSERT INTO centre (name, value) VALUES (\(name), \(value))")
      }
    }
  }

  /// Opens a store. A restored backup begins a new epoch here.
  ///
  /// - Parameter now: milliseconds since 1970 UTC, for the versions of a new epoch.
  /// - Throws: `CentralStoreFault.missing` when there is none;
  ///   `DatabaseError` `.newerSchema` when a newer version made it.
  public init(path: String, now: Int64 = 0, newEpoch: () -> UniqueID) throws {
    guard access(path, F_OK) == 0 else { throw CentralStoreFault.missing }
    let connection = try Connection(path: path, mode: .readWrite)
    try CentralSchema.migrator.migrate(connection)
    guard let city = try Self.setting("city", on: connection) else {
      throw CentralStoreFault.missing
    }
    try Self.beginEpochIfRestored(connection, city: city, now: now, newEpoch)
    // The inner pages of every table and the leaves in use; a commit may look through
    // the whole cache, so that a larger one costs more than it spares. And the log
    // grows longer before it is copied back: pages that change again and again are
    // copied once.
    try connection.run("PRAGMA cache_size=-8192")
    try connection.run("PRAGMA wal_autocheckpoint=8192")
    try connection.run("PRAGMA temp_store=MEMORY")
    self.city = city
    self.path = path
    writer = GroupCommit(connection: connection, city: city)
  }

  /// Runs the body on one unchanging view; several may run at once.
  public func read<T: Sendable>(
    _ body: @Sendable (any CentralReading) throws -> T
  ) throws -> T {
    let reader = try readers.withLock { $0.popLast() } ?? Reader(path: path)
    defer { readers.withLock { $0.append(reader) } }
    return try reader.connection.snapshot {
      try body(SQLiteTransaction(connection: reader.connection, city: city))
    }
  }

  /// Runs the body in a transaction of the one writer and waits for its commit.
  public func write<T: Sendable>(
    _ body: @escaping @Sendable (any CentralWriting) throws -> T
  ) throws -> T {
    let outcome = Outcome<T>()
    writer.perform { transaction in
      outcome.set(Result { try body(transaction) })
    } committed: {
      outcome.finish($0)
    }
    return try outcome.result()
  }

  /// Copies the store while it is in use, and marks the copy as restored.
  ///
  /// The copy has its name only when it is whole and marked: one without the
  /// mark would go on in this epoch.
  public func backup(to destination: String) throws {
    guard access(destination, F_OK) != 0 else { throw CentralStoreFault.exists }
    let part = "\(destination).part"
    for suffix in ["", "-wal", "-shm"] { unlink(part + suffix) }
    try Connection(path: path, mode: .readOnly).copy(to: part)
    try Self.markRestored(part)
    guard rename(part, destination) == 0 else { throw BlobFault(errno: errno) }
    try DurableFiles.syncDirectory(DurableFiles.parent(of: destination))
  }

  private static func markRestored(_ path: String) throws {
    let copy = try Connection(path: path, mode: .readWrite)
    try copy.run("INSERT OR REPLACE INTO centre (name, value) VALUES ('restored', '1')")
    // Closing the last connection then removes the log: the file is all.
    try copy.run("PRAGMA wal_checkpoint(TRUNCATE)")
  }

  /// SQLite's own examination.
  public func integrityFaults() throws -> [String] {
    let connection = try Connection(path: path, mode: .readOnly)
    let broken = try connection.rows("PRAGMA foreign_key_check") { try $0.text(0) }
    return try connection.integrityFaults() + broken.map { "foreign key in \($0)" }
  }

  /// Versions of the next epoch begin above those of the last one, so that an old
  /// base is never taken for a new version (PROTOCOL.md §9): where the clock says,
  /// since one backup may be restored twice and no centre gives out versions as
  /// fast; by a wide step when the clock is behind. Uploads are
  /// forgotten: their receipts speak of the last epoch, and their bytes stayed
  /// behind. The journal and the photos answer when they are asked for again.
  private static let epochStride: Int64 = 1 << 40
  private static let versionsPerSecond: Int64 = 65_536
  /// 2020-01-01 UTC, milliseconds since 1970.
  private static let clockBegins: Int64 = 1_577_836_800_000

  private static func firstVersion(after head: Int64, now: Int64) -> Int64 {
    // Far beyond any real clock, and below all that JSON counts (§2).
    let seconds = min(max(0, now - clockBegins) / 1000, 1 << 36)
    let byClock = seconds * versionsPerSecond
    return byClock > head ? byClock : (head / epochStride + 1) * epochStride
  }

  private static func beginEpochIfRestored(
    _ connection: Connection, city: String, now: Int64, _ newEpoch: () -> UniqueID
  ) throws {
    guard try setting("restored", on: connection) != nil else { return }
    try connection.transaction {
      let head = Int64(try setting("sequence", on: connection) ?? "0") ?? 0
      let next = firstVersion(after: head, now: now)
      try connection.run("UPDATE centre SET value = \(String(next)) WHERE name = 'sequence'")
      try connection.run("UPDATE centre SET value = \(newEpoch().text) WHERE name = 'epoch'")
      try connection.run("DELETE FROM upload")
      try connection.run("DELETE FROM centre WHERE name = 'restored'")
    }
  }

  private static func setting(_ name: String, on connection: Connection) throws -> String? {
    try connection.row("SELECT value FROM centre WHERE name = \(name)") { try $0.text(0) }
  }
}

/// Why a store cannot be made or opened.
public enum CentralStoreFault: Error, Sendable, Hashable {
  /// There is one already.
  case exists
  /// The directory holds something else.
  case occupied
  /// There is none.
  case missing
}

/// A connection lent to one reader at a time.
///
/// `@unchecked Sendable`: it is taken out of the pool before use and put back
/// after, so one thread at a time has it.
private final class Reader: @unchecked Sendable {
  let connection: Connection

  init(path: String) throws {
    connection = try Connection(path: path, mode: .readOnly)
  }
}
