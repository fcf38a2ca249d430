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
  /// Another request took the upload over.
  case preempted
}
