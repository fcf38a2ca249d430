import Database
import Dispatch
import Domain
import Glibc
import SyncProtocol
import Synchronization

/// The centre's store on one SQLite file.
///
/// All writes pass through one queue. Whatever has gathered there while the
/// last commit was being fsynced is committed together, each write in its own
/// savepoint: one fsync serves many devices, and a write that fails takes
/// nobody with it.
public final class SQLiteCentralStore: CentralStore {
  /// The city whose cell this is.
  public let city: String
  private let path: String
  private let writer: Writer
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
    self.city = city
    self.path = path
    writer = Writer(connection: connection, city: city)
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
    writer.enqueue(
      run: { transaction in outcome.set(Result { try body(transaction) }) },
      committed: { error in outcome.finish(error) })
    return try outcome.wait()
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

/// The one writer: a serial queue around one connection.
///
/// `@unchecked Sendable`: the connection is touched on the queue only.
private final class Writer: @unchecked Sendable {
  struct Job: Sendable {
    /// Runs in a savepoint; returns whether its changes are to be kept.
    let run: @Sendable (SQLiteTransaction) -> Bool
    let committed: @Sendable ((any Error)?) -> Void
  }

  private let connection: Connection
  private let city: String
  private let queue = DispatchQueue(label: "gridwalk.central.writer")
  private let waiting = Mutex<[Job]>([])
  /// Writes committed together at most: bounds how long the first one waits.
  private static let batch = 64

  init(connection: Connection, city: String) {
    self.connection = connection
    self.city = city
  }

  func enqueue(
    run: @escaping @Sendable (SQLiteTransaction) -> Bool,
    committed: @escaping @Sendable ((any Error)?) -> Void
  ) {
    waiting.withLock { $0.append(Job(run: run, committed: committed)) }
    queue.async { self.drain() }
  }

  private func drain() {
    let jobs = waiting.withLock { waiting in
      let taken = Array(waiting.prefix(Self.batch))
      waiting.removeFirst(taken.count)
      return taken
    }
    guard !jobs.isEmpty else { return }
    do {
      try connection.transaction {
        for job in jobs { try run(job) }
      }
      for job in jobs { job.committed(nil) }
    } catch {
      for job in jobs { job.committed(error) }
    }
  }

  private func run(_ job: Job) throws {
    struct Abandoned: Error {}
    do {
      try connection.transaction {
        if !job.run(SQLiteTransaction(connection: connection, city: city)) { throw Abandoned() }
      }
    } catch is Abandoned {
      // The job keeps its own error; its savepoint is undone.
    }
  }
}

/// What one waiting write came to.
private final class Outcome<T: Sendable>: Sendable {
  private let result = Mutex<Result<T, any Error>?>(nil)
  private let done = DispatchSemaphore(value: 0)

  func set(_ result: Result<T, any Error>) -> Bool {
    self.result.withLock { $0 = result }
    if case .success = result { return true }
    return false
  }

  /// A failed commit fails every write of the batch, but a write that failed
  /// by itself keeps its own reason.
  func finish(_ error: (any Error)?) {
    if let error {
      result.withLock { held in
        if case .failure = held { return }
        held = .failure(error)
      }
    }
    done.signal()
  }

  func wait() throws -> T {
    done.wait()
    guard let result = result.withLock({ $0 }) else { throw DatabaseError(.other) }
    return try result.get()
  }
}
