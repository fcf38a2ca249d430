import Database
import Domain
import SyncProtocol

/// A photo and where it stands.
public struct StoredPhoto: Sendable, Hashable {
  /// Its SHA-256, which is its name.
  public var sha256: Digest
  /// Its size.
  public var bytes: Int64
  /// When it came here, by the device's clock.
  public var addedAt: Int64
  /// Whether the device holds the centre's receipt for it.
  public var isReceived: Bool
  /// Why the centre does not take it; nil when it has not said no.
  public var problem: String?
  /// Where its upload goes on; nil when none was begun.
  var upload: String?
  /// Tries so far.
  var attempts: Int64

  static let columns: SQL = "sha256, bytes, added_at, received_at, problem, upload, attempts"

  init(_ row: Row) throws {
    sha256 = try Column.digest(row.text(0))
    bytes = try row.integer(1)
    addedAt = try row.integer(2)
    isReceived = try row.optionalInteger(3) != nil
    problem = try row.optionalText(4)
    upload = try row.optionalText(5)
    attempts = try row.integer(6)
  }
}

extension FieldStore {
  /// Keeps a photo's bytes; they are on the disk when this returns, for a
  /// change to name. Its orientation, size and place are `PhotoFile`'s matter.
  public func addPhoto(_ bytes: [UInt8]) throws(FieldError) -> Digest {
    try worded { try photos.place(bytes) }
  }

  /// Whether a photo's file lies in the photo folder.
  public func hasPhotoFile(_ sha256: Digest) throws(FieldError) -> Bool {
    try worded { try photos.exists(sha256) }
  }

  /// Removes the file of a photo that no operation names; one that is named stays.
  public func dropPhotoFile(_ sha256: Digest) throws(FieldError) {
    guard try photo(sha256) == nil else { return }
    _ = try worded { try photos.remove(sha256) }
  }

  /// What a person calls the record that a photo was added to; nil when unknown.
  public func recordTitle(ofPhoto sha256: Digest) throws(FieldError) -> String? {
    try worded {
      try connection.row(
        """
        SELECT record.title FROM record_photo JOIN record ON record.id = record_photo.record
        WHERE record_photo.sha256 = \(sha256.hex) ORDER BY record_photo.op DESC LIMIT 1
        """
      ) { try $0.text(0) }
    }
  }

  /// The photo of this digest; nil when no operation names it.
  public func photo(_ sha256: Digest) throws(FieldError) -> StoredPhoto? {
    try worded {
      try connection.row(
        "SELECT \(StoredPhoto.columns) FROM photo WHERE sha256 = \(sha256.hex)", StoredPhoto.init)
    }
  }

  /// Makes the row of a photo whose file is in place.
  func keepPhoto(_ sha256: Digest) throws {
    guard let size = try photos.size(of: sha256), size > 0 else {
      throw FieldError.photoUnknown(sha256)
    }
    try connection.run(
      """
      INSERT OR IGNORE INTO photo (sha256, bytes, added_at)
      VALUES (\(sha256.hex), \(Int64(size)), \(environment.now()))
      """)
    // One that was dropped and is here again begins anew.
    try connection.run(
      """
      UPDATE photo SET dropped_at = NULL, received_at = NULL, epoch = NULL, upload = NULL
      WHERE sha256 = \(sha256.hex) AND dropped_at IS NOT NULL
      """)
  }
}
