/// Why a file is no photo.
public enum PhotoFault: Error, Sendable, Equatable {
  /// Nothing lies at the path.
  case notFound
  /// It is there but is not a file or cannot be read.
  case notReadable(FileFault?)
  /// No bytes.
  case empty
  /// Not a JPEG (ITU-T T.81 annex B).
  case notAJPEG
  /// More bytes than `PhotoFile.maximumBytes`.
  case tooLarge(limit: Int)
  /// The file ends before the picture begins.
  case truncated

  /// Whether reading again may succeed.
  public var isRetryable: Bool {
    guard case .notReadable(let fault?) = self else { return false }
    return fault.isRetryable
  }
}
