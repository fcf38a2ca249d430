import Glibc
import SyncProtocol

/// The SHA-256 of a file, read in pieces.
enum FileDigest {
  private static let pieceBytes = 262_144

  /// The file's digest; nil when it cannot be read to its end.
  static func of(_ path: String) -> Digest? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var digest = SHA256()
    var piece = [UInt8](repeating: 0, count: pieceBytes)
    while true {
      let count = read(descriptor, &piece, piece.count)
      if count == 0 { return digest.finalize() }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return nil }
      piece.withUnsafeBytes { digest.update(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    }
  }
}
