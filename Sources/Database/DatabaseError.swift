import CSQLite
import Glibc

/// What SQLite refused, by its extended result code; never by its message.
public struct DatabaseError: Error, Sendable, Hashable {
  /// What a caller may want to tell apart.
  public enum Kind: Sendable, Hashable {
    /// Another process holds the lock for longer than the busy timeout.
    case busy
    /// The disk is full.
    case full
    /// Reading or writing the file failed.
    case inputOutput
    /// The file is damaged or no database.
    case corrupt
    /// A UNIQUE or PRIMARY KEY constraint refused the row.
    case unique
    /// Another constraint (CHECK, NOT NULL, foreign key, trigger) refused it.
    case constraint
    /// The file cannot be opened or created.
    case cannotOpen
    /// The file may not be written.
    case readOnly
    /// The schema was made by a newer version of this program.
    case newerSchema(found: Int, known: Int)
    /// The file is an SQLite database of another program.
    case foreignDatabase
    /// A column did not hold what its schema promises.
    case unexpectedValue
    /// Anything else, a mistake in this program.
    case other
  }

  /// What happened.
  public let kind: Kind
  /// SQLite's extended result code; 0 when SQLite was not asked.
  public let code: Int32
  /// SQLite's own message, for logs. It names tables and columns, never values.
  public let message: String

  /// Whether the same call may succeed later: the lock may be free, the disk
  /// may have room.
  public var isRetryable: Bool { kind == .busy || kind == .full || kind == .inputOutput }

  /// An error that SQLite did not raise itself.
  public init(_ kind: Kind, message: String = "") {
    self.kind = kind
    code = 0
    self.message = message
  }

  /// - Parameter systemErrno: what the file system said last. Room for the
  ///   write-ahead log's index runs out as an I/O error, which it is not.
  init(code: Int32, message: String, systemErrno: Int32 = 0) {
    self.code = code
    self.message = message
    let kind = Self.kind(of: code)
    let isFull = systemErrno == ENOSPC || systemErrno == EDQUOT
    self.kind = isFull && (kind == .inputOutput || kind == .cannotOpen) ? .full : kind
  }

  private static func kind(of code: Int32) -> Kind {
    switch code {
    case CSQLITE_CONSTRAINT_UNIQUE, CSQLITE_CONSTRAINT_PRIMARYKEY, CSQLITE_CONSTRAINT_ROWID:
      return .unique
    default: break
    }
    // The low byte is the primary result code (sqlite.org/rescode.html).
    switch code & 0xff {
    case SQLITE_BUSY, SQLITE_LOCKED: return .busy
    case SQLITE_FULL: return .full
    case SQLITE_IOERR: return .inputOutput
    case SQLITE_CORRUPT, SQLITE_NOTADB: return .corrupt
    case SQLITE_CONSTRAINT: return .constraint
    case SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_AUTH: return .cannotOpen
    case SQLITE_READONLY: return .readOnly
    default: return .other
    }
  }
}
