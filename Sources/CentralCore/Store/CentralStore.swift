import Domain
import SyncProtocol

/// Where the centre keeps everything but photos and unfinished uploads.
///
/// One writer, many readers. An engine implements this protocol and passes the
/// contract suite; nothing above it knows SQL. The city code leads every key,
/// so that cells of several cities can share an engine.
public protocol CentralStore: Sendable {
  /// The city whose cell this is.
  var city: String { get }

  /// Runs the body on one unchanging view.
  func read<T: Sendable>(_ body: @Sendable (any CentralReading) throws -> T) throws -> T

  /// Runs the body in one transaction, alone among all writers: on the disk
  /// when this returns, without a trace when it throws. Versions are given out
  /// inside, so their order is the order of commits. The body may run more than
  /// once, the last time counting: it does nothing outside the transaction.
  func write<T: Sendable>(_ body: @escaping @Sendable (any CentralWriting) throws -> T) throws -> T

  /// Writes a consistent copy of the whole store into a new file. Whoever opens
  /// the copy begins a new epoch.
  func backup(to path: String) throws

  /// The engine's own examination of its files; empty when they are sound.
  func integrityFaults() throws -> [String]
}

/// What a transaction can read.
public protocol CentralReading: RegisterReading, DeviceReading, JournalReading, RecordReading,
  FeedReading, UploadReading, ThumbnailReading, AccountReading
{
  /// The present history.
  func epoch() throws -> UniqueID
  /// The version given out last.
  func head() throws -> Int64
}

/// What a transaction can change.
public protocol CentralWriting: CentralReading, RegisterWriting, DeviceWriting, JournalWriting,
  RecordWriting, UploadWriting, ThumbnailWriting, AccountWriting
{
  /// The next version. A version that was given out in a transaction that
  /// fails is given out again: nobody has seen it.
  func nextVersion() throws -> Int64
}
