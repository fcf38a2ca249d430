import Database
import Domain
import SyncProtocol

/// What the local store refuses. After every one of these the store is as it
/// was before the call.
public enum FieldError: Error, Sendable, Hashable {
  /// The data directory cannot be made or used; the value is `errno`.
  case directoryUnusable(errno: Int32)
  /// A newer program made the database; it may keep promises this one does not.
  case newerDatabase(found: Int, known: Int)
  /// The file is another program's database.
  case foreignDatabase
  /// No room on the disk.
  case storageFull
  /// Another process holds the database for too long.
  case busy
  /// Reading or writing failed.
  case inputOutput
  /// Something stored cannot be read as what it should be.
  case damaged
  /// Any other refusal of SQLite, by its extended code.
  case database(code: Int32)
  /// There is no such record.
  case recordUnknown(UniqueID)
  /// There is a record of that identifier already.
  case recordExists(UniqueID)
  /// The record was deleted.
  case recordDeleted(UniqueID)
  /// No photo of that digest lies in the photo folder.
  case photoUnknown(Digest)
  /// An operation may add only so many photos.
  case tooManyPhotos(limit: Int)
  /// The operation's line is longer than the protocol takes.
  case operationTooLarge(bytes: Int, limit: Int)
  /// Nothing was done that is not yet taken back.
  case nothingToUndo
  /// The newest action is on its way to the centre or there already.
  case alreadySent(UniqueID)
  /// The newest action holds an act, which has no inverse.
  case notUndoable(UniqueID)
  /// No record, draft or conflict answers to this text.
  case notFound(String)
  /// Several records answer to this text.
  case ambiguous([UniqueID])
  /// The handheld is not a device of anybody yet.
  case notEnrolled
  /// The folder holds the work of another worker, or of the same number in
  /// another city.
  case belongsTo(Worker)
  /// The store is to be wiped by the centre's order; nothing is saved in it.
  case wiping

  /// Whether the same call may succeed later by itself.
  public var isRetryable: Bool {
    switch self {
    case .storageFull, .busy, .inputOutput: true
    default: false
    }
  }

  init(_ error: any Error) {
    switch error {
    case let error as FieldError: self = error
    case let error as DatabaseError: self = Self.wording(error)
    case let error as FileFault: self = Self.wording(error)
    default: self = .damaged
    }
  }

  private static func wording(_ error: DatabaseError) -> FieldError {
    switch error.kind {
    case .busy: .busy
    case .full: .storageFull
    case .inputOutput, .cannotOpen, .readOnly: .inputOutput
    case .corrupt, .unexpectedValue: .damaged
    case .newerSchema(let found, let known): .newerDatabase(found: found, known: known)
    case .foreignDatabase: .foreignDatabase
    case .unique, .constraint, .other: .database(code: error.code)
    }
  }

  private static func wording(_ fault: FileFault) -> FieldError {
    switch fault {
    case .noSpace: .storageFull
    case .other(let errno): .directoryUnusable(errno: errno)
    default: .inputOutput
    }
  }
}
