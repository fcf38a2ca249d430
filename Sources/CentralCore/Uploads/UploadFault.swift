import SyncProtocol

/// Why an upload's request is refused.
public enum UploadFault: Error, Sendable, Hashable {
  /// There is no such upload of this device.
  case unknown
  /// The offset is not where the upload stands.
  case offset(is: Int64)
  /// More bytes than were announced, or than the limit.
  case tooLarge
  /// All bytes are there, and they are not the announced ones.
  case digestMismatch
  /// Not all bytes are there yet.
  case incomplete(offset: Int64)
  /// The segment cannot be taken.
  case segment(IntakeFault)
  /// The bytes are no segment at all.
  case segmentMalformed(Segment.Fault)
  /// It was put together of partial uploads and takes no more bytes.
  case final
  /// It has another length already, or more bytes than this one.
  case lengthSet
  /// It is no partial upload.
  case notPartial
  /// The chunk does not have the announced checksum.
  case checksumMismatch
  /// The device uses all it may use; later it may use more.
  case quotaExceeded
  /// What is left of the disk is kept for segments.
  case diskLow
  /// Another request took the upload over.
  case preempted
}
