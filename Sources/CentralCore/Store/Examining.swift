import Domain
import SyncProtocol

/// What a record rests on: one row for the record itself and one for each
/// operation that changed it.
public struct Foundation: Sendable, Hashable {
  /// The record.
  public var record: UniqueID
  /// Where the operation stands; nil for the row of the record itself.
  public var place: Place?

  /// A place in the devices' journals.
  public struct Place: Sendable, Hashable {
    /// The lane.
    public var lane: LaneKey
    /// The place in it.
    public var seq: Int64
  }
}

/// A row of the change feed without its body.
public struct ChangeRow: Sendable, Hashable {
  /// The key of its scope.
  public var scope: String
  /// The type of change.
  public var type: String
  /// What it is about.
  public var subject: String
  /// When it changed.
  public var version: Int64
}

/// What a conflict rests on.
public struct ConflictRow: Sendable, Hashable {
  /// The conflict.
  public var id: UniqueID
  /// The record.
  public var record: UniqueID
  /// The operation it came with.
  public var op: UniqueID
}

/// Walks over everything the store holds, row by row, so that the memory it
/// takes does not grow with the store.
public protocol ExaminationReading {
  /// Every record and every operation that was not refused, by record; of one
  /// record the record's own row first, then its operations by version.
  func eachFoundation(_ body: (Foundation) throws -> Void) throws
  /// Every row of the change feed.
  func eachChange(_ body: (ChangeRow) throws -> Void) throws
  /// The version of one row of the change feed; nil when there is none.
  func changeVersion(_ scope: Scope, type: String, subject: String) throws -> Int64?
  /// Every conflict, decided ones included.
  func eachConflict(_ body: (ConflictRow) throws -> Void) throws
  /// Whether a conflict of this record came with this operation.
  func hasConflict(on record: UniqueID, op: UniqueID) throws -> Bool
  /// Every photo that a record is known to show.
  func eachRecordPhoto(_ body: (Digest, UniqueID) throws -> Void) throws
  /// Whether a record is known to show this photo.
  func shows(_ record: UniqueID, photo: Digest) throws -> Bool
  /// How long an unfinished upload was announced to be: nil when there is no
  /// such one, `Int64.max` when that was left open.
  func unfinishedLength(_ upload: UniqueID) throws -> Int64?
  /// Operations that stand in the journals twice with an effect or a refusal of
  /// their own.
  func repeatedOperations(limit: Int) throws -> [UniqueID]
}
