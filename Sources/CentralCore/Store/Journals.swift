import Domain
import SyncProtocol

/// One lane of one journal, as the centre knows it.
public struct LaneKey: Sendable, Hashable {
  /// The device.
  public var device: UniqueID
  /// The life of its journal.
  public var incarnation: UniqueID
  /// The chain.
  public var lane: Lane

  /// A lane as given.
  public init(device: UniqueID, incarnation: UniqueID, lane: Lane) {
    self.device = device
    self.incarnation = incarnation
    self.lane = lane
  }
}

/// An operation as it came, and what became of it. Kept for good: the log is
/// the audit.
public struct JournaledOperation: Sendable, Hashable {
  /// Its place and outcome.
  public var result: OperationResult
  /// The record it named.
  public var record: UniqueID?
  /// The line as it came.
  public var line: [UInt8]
  /// Its chain hash.
  public var hash: Digest
  /// When the centre took it, milliseconds since 1970 UTC.
  public var receivedAt: Int64

  /// An entry as given.
  public init(
    result: OperationResult, record: UniqueID?, line: [UInt8], hash: Digest, receivedAt: Int64
  ) {
    self.result = result
    self.record = record
    self.line = line
    self.hash = hash
    self.receivedAt = receivedAt
  }
}

/// An operation that took effect on a record.
public struct RecordEntry: Sendable, Hashable {
  /// The device that sent it.
  public var device: UniqueID
  /// The record's version after it.
  public var version: Int64
  /// How it took effect.
  public var outcome: OperationResult.Outcome
  /// The line as it came.
  public var line: [UInt8]

  /// An entry as given.
  public init(
    device: UniqueID, version: Int64, outcome: OperationResult.Outcome, line: [UInt8]
  ) {
    self.device = device
    self.version = version
    self.outcome = outcome
    self.line = line
  }
}

/// The devices' journals at the centre.
public protocol JournalReading {
  /// How far a lane was received; nil when nothing was.
  func position(of lane: LaneKey) throws -> SessionAnswer.LanePosition?
  /// All lanes that anything was received of.
  func lanes() throws -> [LaneKey]
  /// The chain hash of one entry.
  func hash(of lane: LaneKey, seq: Int64) throws -> Digest?
  /// The entries from `first` to `last`, in order.
  func operations(of lane: LaneKey, first: Int64, last: Int64) throws -> [JournaledOperation]
  /// Whether an operation of this identifier took effect or was refused before.
  func hasOperation(_ op: UniqueID) throws -> Bool
  /// What took effect on a record up to a version, newest first.
  func entries(
    on record: UniqueID, through version: Int64, limit: Int
  ) throws -> [RecordEntry]
  /// Why an operation was refused when it came first; nil when it was not.
  func refusal(of op: UniqueID) throws -> RefusalCode?
}

/// Additions to the journals; nothing is ever changed there.
public protocol JournalWriting {
  /// Adds the next entry of a lane and moves the lane's position to it.
  func append(_ operation: JournaledOperation, to lane: LaneKey) throws
  /// Tells the device through its feed what became of these operations.
  func announce(_ results: [OperationResult], of lane: LaneKey, version: Int64) throws
}
