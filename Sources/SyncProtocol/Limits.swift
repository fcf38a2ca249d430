/// The limits both ends keep (PROTOCOL.md §4, §6, §8). A reader refuses what
/// is larger; a writer never makes it.
public enum Limits {
  /// Version of the operation format spoken here.
  public static let schema = 1
  /// Every number on the wire is below this, so that JSON readers that know
  /// only floating point read it exactly (§2).
  public static let numbers: Int64 = 1 << 53
  /// Brackets within brackets of one JSON text. The deepest that is needed is a
  /// boundary in a page of changes, ten.
  public static let nesting = 16
  /// Bytes of one operation's line, without its newline.
  public static let operationBytes = 262_144
  /// Operations in one segment.
  public static let segmentOperations = 500
  /// Bytes of one segment.
  public static let segmentBytes = 1_048_576
  /// Bytes of the first segment on a link nobody has measured yet.
  public static let firstSegmentBytes = 32_768
  /// Bytes of one photo.
  public static let photoBytes: Int64 = 67_108_864
  /// Bytes of one thumbnail.
  public static let thumbnailBytes: Int64 = 65_536
  /// Bytes of a JSON request body.
  public static let requestBytes = 65_536
  /// Bytes of a JSON answer a device reads: a page of changes.
  public static let answerBytes = 16_777_216
  /// Changes in one page.
  public static let pageChanges = 500
  /// Bytes of a form with its attachments: written as JSON they fit an answer.
  public static let formBytes = 6_291_456
  /// Photos that one operation may add.
  public static let operationPhotos = 50
  /// Conflicts that one operation may decide.
  public static let operationResolutions = 50
  /// Operations that one that decides may have seen.
  public static let operationSeen = 100
  /// What this version knows of the change feed; grows with every type, word or
  /// member that is learnt (PROTOCOL.md §8).
  public static let reading: Int64 = 1
  /// The longest a `Retry-After` is honoured, in seconds: whoever stands
  /// between must not silence a device for good.
  public static let retryAfterSeconds: Int64 = 3600
  /// Bytes of a bundle's manifest.
  public static let bundleManifestBytes = 16_777_216
  /// Members of a bundle beside its manifest.
  public static let bundleMembers = 50_000
  /// Days an acknowledged entry or photo stays on the device.
  public static let keepAcknowledgedDays = 90
  /// Days an unfinished upload stays at the centre.
  public static let keepUnfinishedUploadDays = 7
}
