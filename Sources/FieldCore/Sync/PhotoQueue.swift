import Database
import Domain
import SyncProtocol

extension FieldStore {
  /// The smallest photo that the centre lacks and a received operation names;
  /// nil when there is none. Photos with a problem wait for somebody.
  ///
  /// - Parameter ofRefusedToo: whether the photos of refused operations go too,
  ///   because nobody will come to decide about them.
  func nextPhoto(ofRefusedToo: Bool = false) throws(FieldError) -> StoredPhoto? {
    let effective: SQL =
      ofRefusedToo ? "" : "AND (receipt.result <> 'refused' OR receipt.code = 'duplicate')"
    return try worded {
      try connection.row(
        """
        SELECT \(StoredPhoto.columns) FROM photo
        WHERE received_at IS NULL AND problem IS NULL AND EXISTS (
          SELECT 1 FROM record_photo JOIN journal ON journal.op = record_photo.op
          JOIN receipt USING (incarnation, lane, seq)
          WHERE record_photo.sha256 = photo.sha256 \(effective))
        ORDER BY bytes, sha256 LIMIT 1
        """, StoredPhoto.init)
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
