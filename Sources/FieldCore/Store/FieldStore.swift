import Database
import Domain
import SyncProtocol

/// Everything this handheld knows and has done, in one folder.
///
/// For one thread at a time. Several processes may have the folder open (the
/// terminal client and the sync agent): each change is one transaction that is
/// on the disk when the call returns. What a call is about lies beside its SQL
/// in this folder and in `Journal/`.
public final class FieldStore {
  /// The folder.
  public let directory: DataDirectory
  /// Its clocks and chance.
  public let environment: FieldEnvironment
  /// Its photos.
  public let photos: BlobDirectory
  let connection: Connection

  /// Opens the folder, makes what is missing and brings the database to this
  /// program's schema.
  ///
  /// - Throws: `.directoryUnusable`, `.newerDatabase`, `.foreignDatabase`,
  ///   `.damaged`, or what the disk refuses.
  public init(
    directory: DataDirectory, environment: FieldEnvironment = .system(),
    files: any FileSystem = POSIXFileSystem()
  ) throws(FieldError) {
    self.directory = directory
    self.environment = environment
    try directory.create()
    do {
      photos = try BlobDirectory(root: directory.photos, files: files)
      connection = try Connection(path: directory.database)
      try Schema.migrator.migrate(connection)
      try Self.beginFirstIncarnation(connection, environment)
      try Self.beginReading(connection)
    } catch {
      throw FieldError(error)
    }
    try carryOutWipe()
    try keyRecords()
  }

  /// Opens a folder that is there for reading, on a disk that has no room for
  /// anything; whatever would write throws.
  ///
  /// - Throws: like the other; also when the schema is not this program's.
  public init(
    reading directory: DataDirectory, environment: FieldEnvironment = .system()
  ) throws(FieldError) {
    self.directory = directory
    self.environment = environment
    do {
      photos = try BlobDirectory(root: directory.photos)
      connection = try Self.connectionForReading(directory.database)
      try Schema.migrator.migrate(connection)
    } catch {
      throw FieldError(error)
    }
  }

  private static func connectionForReading(_ path: String) throws -> Connection {
    do { return try Connection(path: path, mode: .readOnly) } catch let error as DatabaseError {
      // Nobody has the database open, and there is no room for its shared index.
      guard error.kind != .corrupt else { throw error }
      return try Connection(path: path, mode: .readAlone)
    }
  }

  static func beginFirstIncarnation(
    _ connection: Connection, _ environment: FieldEnvironment
  ) throws {
    let has = try connection.row("SELECT 1 FROM incarnation LIMIT 1") { _ in true } ?? false
    if has { return }
    // Another process may be first: then its row stays.
    try connection.run(
      """
      INSERT OR IGNORE INTO incarnation (number, id, started_at)
      VALUES (1, \(environment.newIncarnation().text), \(environment.now()))
      """)
  }

  /// A program that knows more of the feed than the one that read it last reads
  /// it from the beginning, since that one passed things over (PROTOCOL.md §8).
  private static func beginReading(_ connection: Connection) throws {
    let last = try connection.row("SELECT reading FROM device") { try $0.integer(0) }
    guard last != Limits.reading else { return }
    try connection.run(
      """
      UPDATE device SET reading = \(Limits.reading),
        cursor = CASE WHEN reading < \(Limits.reading) THEN NULL ELSE cursor END
      """)
  }

  /// Runs the body in one transaction and words its errors.
  func transaction<T>(_ body: () throws -> T) throws(FieldError) -> T {
    try worded { try connection.transaction(body) }
  }

  /// Runs the body on one unchanging view and words its errors.
  func snapshot<T>(_ body: () throws -> T) throws(FieldError) -> T {
    try worded { try connection.snapshot(body) }
  }

  func worded<T>(_ body: () throws -> T) throws(FieldError) -> T {
    do { return try body() } catch { throw FieldError(error) }
  }
}

/// JSON kept in a TEXT column.
enum Column {
  static func json(_ value: some Encodable) throws -> String {
    String(decoding: try WireJSON.encode(value), as: UTF8.self)
  }

  static func value<T: Decodable>(_ type: T.Type, _ text: String) throws -> T {
    try WireJSON.decode(type, from: text.utf8)
  }

  static func id(_ text: String) throws -> UniqueID {
    guard let id = UniqueID(text) else { throw FieldError.damaged }
    return id
  }

  static func digest(_ text: String) throws -> Digest {
    guard let digest = Digest(hex: text) else { throw FieldError.damaged }
    return digest
  }

  /// A text as one of an enumeration's cases.
  static func word<T: RawRepresentable<String>>(_ type: T.Type, _ text: String) throws -> T {
    guard let word = T(rawValue: text) else { throw FieldError.damaged }
    return word
  }
}
