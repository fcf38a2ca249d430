import Domain
import SyncProtocol

/// A record with what a merge needs to know of its past.
public struct StoredRecord: Sendable, Hashable {
  /// Who wrote a field last, and when.
  public struct Writer: Sendable, Hashable, Codable {
    /// The version that wrote it.
    public var version: Int64
    /// The incarnation that wrote it.
    public var by: UniqueID

    /// A writer as given.
    public init(version: Int64, by: UniqueID) {
      self.version = version
      self.by = by
    }
  }

  /// The present state.
  public var record: Record
  /// The last writer of each field, cleared ones included. The members
  /// `#grid`, `#parent`, `#position`, `#photos` and `#deleted` stand for what is
  /// not a field of the form.
  public var writers: [String: Writer]
  /// When the centre first had it, milliseconds since 1970 UTC.
  public var createdAt: Int64

  /// A record as given.
  public init(record: Record, writers: [String: Writer], createdAt: Int64) {
    self.record = record
    self.writers = writers
    self.createdAt = createdAt
  }
}

/// A conflict with what only the centre knows of it.
public struct StoredConflict: Sendable, Hashable {
  /// What devices are told.
  public var conflict: Conflict
  /// The version of the record at which it arose.
  public var version: Int64

  /// A conflict as given.
  public init(conflict: Conflict, version: Int64) {
    self.conflict = conflict
    self.version = version
  }
}

/// A decision about conflicts of one record.
public struct Decision: Sendable, Hashable {
  /// Who decided, and by which operation.
  public var author: Conflict.Author
  /// What it was about: fields, and `#grid` and the like.
  public var fields: [String]
  /// The version of the record after it.
  public var version: Int64

  /// A decision as given.
  public init(author: Conflict.Author, fields: [String], version: Int64) {
    self.author = author
    self.fields = fields
    self.version = version
  }
}

/// Records, their photos and their conflicts.
public protocol RecordReading {
  /// The record of this identifier, deleted ones included.
  func record(_ id: UniqueID) throws -> StoredRecord?
  /// The newest records of a kind that are not deleted.
  func newestRecords(kind: String, limit: Int) throws -> [StoredRecord]
  /// How many records of each kind there are, deleted ones left out.
  func recordCounts() throws -> [String: Int]
  /// Whether the centre holds this photo, and its length in bytes.
  func photoBytes(_ sha256: Digest) throws -> Int64?
  /// The bytes of a photo that lies in the store itself; nil when it does not.
  func photoBody(_ sha256: Digest) throws -> [UInt8]?
  /// The length of a photo that lies in the store itself; nil when it does not.
  func photoBodyBytes(_ sha256: Digest) throws -> Int64?
  /// All photos the centre holds.
  func photos() throws -> [Digest]
  /// Grids of the records that name this photo.
  func grids(ofPhoto sha256: Digest) throws -> [String]
  /// The device that sent this photo first.
  func sender(ofPhoto sha256: Digest) throws -> UniqueID?
  /// Conflicts that wait for a person.
  func openConflicts() throws -> [Conflict]
  /// The conflict of this identifier, decided or not.
  func conflict(_ id: UniqueID) throws -> StoredConflict?
  /// The conflicts of a record, decided ones included, by identifier.
  func conflicts(of record: UniqueID) throws -> [StoredConflict]
  /// The decisions that name this conflict, or have seen this operation, first
  /// one first; also where it has not come here yet.
  func decisions(naming id: UniqueID) throws -> [Decision]
}

/// Changes of records.
public protocol RecordWriting {
  /// Puts a record's new state and tells the devices of its grid; those of the
  /// grid it left are told that it is gone.
  func put(_ record: StoredRecord, leaving formerGrid: String?) throws
  /// Says that a record shows this photo.
  func link(photo sha256: Digest, to record: UniqueID) throws
  /// Says that the centre holds this photo.
  func put(photo sha256: Digest, bytes: Int64, from device: UniqueID, at: Int64) throws
  /// Keeps the bytes of a small photo, whose row was put before; bytes that are
  /// there already stay.
  func put(photoBody body: [UInt8], of sha256: Digest) throws
  /// Adds or replaces a conflict and tells the devices of the grid.
  ///
  /// - Parameter version: of the telling.
  func put(_ conflict: StoredConflict, grid: String, at version: Int64) throws
  /// Says that a decision about this record names a conflict or has seen an
  /// operation, whether it has come here or not.
  func put(_ decision: Decision, naming id: UniqueID, of record: UniqueID) throws
  /// Forgets what an operation decided about a record.
  func withdrawDecisions(of op: UniqueID, on record: UniqueID) throws
}

extension StoredRecord.Writer: PlainJSONReadable, PlainJSONWritable {
  /// Reads a writer.
  public init(plain json: inout PlainJSONReader) throws(Unplain) {
    var (version, by): (Int64?, UniqueID?)
    var members = PlainJSONReader.Members()
    try json.object { (name, json) throws(Unplain) in
      switch name {
      case "version": version = try members.once(0, json.integer())
      case "by": by = try members.once(1, json.id())
      default: throw Unplain()
      }
    }
    guard let version, let by else { throw Unplain() }
    self.init(version: version, by: by)
  }

  /// Writes a writer.
  public func write(plain json: inout PlainJSONWriter) throws(Unplain) {
    try json.brackets { (json) throws(Unplain) in
      try json.member("by", by)
      json.member("version", version)
    }
  }
}
