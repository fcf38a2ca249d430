import Database
import Domain
import SyncProtocol

/// What became of a photo's thumbnail.
enum ThumbnailStanding: String {
  /// The photo has none that is worth sending.
  case none
  /// It is on its way.
  case begun
  /// The centre has it.
  case received
  /// The centre does not take it.
  case refused
}

extension FieldStore {
  /// The smallest photo that the centre lacks and a received operation names;
  /// nil when there is none. Photos with a problem wait for somebody.
  ///
  /// - Parameter ofRefusedToo: whether the photos of refused operations go too,
  ///   because nobody will come to decide about them.
  func nextPhoto(ofRefusedToo: Bool = false) throws(FieldError) -> StoredPhoto? {
    try worded {
      try connection.row(
        """
        SELECT \(StoredPhoto.columns) FROM photo
        WHERE \(ofRefusedToo ? Self.isAwaited : Self.isWanted)
        ORDER BY bytes, sha256 LIMIT 1
        """, StoredPhoto.init)
    }
  }

  /// Whether the centre lacks a photo that a received operation names, and
  /// nothing is wrong with it.
  private static let isWanted = lacking("receipt.result <> 'refused' OR receipt.code = 'duplicate'")
  /// The same, whatever became of the operation.
  private static let isAwaited = lacking("1")

  private static func lacking(_ standing: SQL) -> SQL {
    """
    received_at IS NULL AND problem IS NULL AND EXISTS (
      SELECT 1 FROM record_photo JOIN journal ON journal.op = record_photo.op
      JOIN receipt USING (incarnation, lane, seq)
      WHERE record_photo.sha256 = photo.sha256 AND (\(standing)))
    """
  }

  /// The next photo whose thumbnail was not sent or found missing, in the order
  /// of the photos; and whether a try to send it was begun.
  func nextThumbnail() throws(FieldError) -> (photo: StoredPhoto, isBegun: Bool)? {
    try worded {
      try connection.row(
        """
        SELECT \(StoredPhoto.columns), thumbnail IS NOT NULL FROM photo
        WHERE \(Self.isWanted) AND coalesce(thumbnail, 'begun') = 'begun'
        ORDER BY bytes, sha256 LIMIT 1
        """
      ) { (photo: try StoredPhoto($0), isBegun: try $0.bool(7)) }
    }
  }

  /// Keeps what became of a photo's thumbnail.
  func note(_ standing: ThumbnailStanding, of photo: Digest) throws(FieldError) {
    try transaction {
      try connection.run(
        "UPDATE photo SET thumbnail = \(standing.rawValue) WHERE sha256 = \(photo.hex)")
    }
  }

  /// Counts a try to send a photo.
  func noteAttempt(_ photo: Digest) throws(FieldError) {
    try transaction {
      try connection.run(
        "UPDATE photo SET attempts = attempts + 1 WHERE sha256 = \(photo.hex)")
    }
  }

  /// Keeps where a photo is uploaded to.
  func saveUpload(_ upload: String?, of photo: Digest) throws(FieldError) {
    try transaction {
      try connection.run("UPDATE photo SET upload = \(upload) WHERE sha256 = \(photo.hex)")
    }
  }

  /// Counts that the centre does not take a photo; after so many times it
  /// waits for somebody.
  func noteRefusal(_ code: String, of photo: Digest, limit: Int) throws(FieldError) {
    try transaction {
      try connection.run(
        """
        UPDATE photo SET refusals = refusals + 1, upload = NULL,
          problem = CASE WHEN refusals + 1 >= \(limit) THEN \(code) END
        WHERE sha256 = \(photo.hex)
        """)
    }
  }

  /// Lets held segments and photos be tried again, because somebody asked.
  public func releaseHeld() throws(FieldError) {
    try transaction {
      try connection.run("UPDATE segment SET refusals = 0, problem = NULL")
      try connection.run("UPDATE photo SET refusals = 0, problem = NULL WHERE problem IS NOT NULL")
    }
  }
}
