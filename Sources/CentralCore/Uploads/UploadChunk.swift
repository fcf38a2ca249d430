import Glibc
import SyncProtocol

/// A checksum that a request announces for its body (tus 1.0.0, checksum).
public enum Checksum: Sendable, Hashable {
  /// SHA-1: 20 bytes.
  case sha1([UInt8])
  /// SHA-256.
  case sha256(Digest)

  /// Names of the algorithms, as tus lists them.
  public static let algorithms = "sha1,sha256"

  /// "The header MUST consist of the name of the used checksum algorithm and the
  /// Base64 encoded checksum separated by a space." Nil for anything else, and
  /// for an algorithm that is not known here.
  public init?(field: String) {
    let parts = field.split(separator: " ", omittingEmptySubsequences: false)
    // One spelling only: a lenient decoder would take more.
    guard parts.count == 2, let sum = Base64.decode(String(parts[1])),
      Base64.encode(sum) == parts[1]
    else { return nil }
    switch parts[0] {
    case "sha1" where sum.count == SHA1.byteCount: self = .sha1(sum)
    case "sha256":
      guard let digest = Digest(bytes: sum) else { return nil }
      self = .sha256(digest)
    default: return nil
    }
  }

  /// Whether these bytes have this checksum.
  public func fits(_ bytes: [UInt8]) -> Bool {
    switch self {
    case .sha1(let sum): SHA1.hash(bytes) == sum
    case .sha256(let sum): SHA256.hash(bytes) == sum
    }
  }
}

/// The body of a request with a checksum, kept aside until the sum was
/// reckoned: "the uploaded chunk MUST be discarded, and the upload and its
/// offset MUST NOT be updated". The file has no name, so a kill discards it too.
public final class UploadChunk {
  private let file: UploadFile

  init(scratch path: String) throws(BlobFault) {
    file = try UploadFile(scratch: path)
    unlink(path)
  }

  /// Takes in further bytes.
  public func write(_ bytes: UnsafeRawBufferPointer) throws { try file.append(bytes) }

  /// Hands the bytes over, from an offset on, when they have this checksum.
  ///
  /// - Throws: `UploadFault.checksumMismatch` before any byte is handed over.
  public func release(
    _ checksum: Checksum, from offset: Int64, to writer: UploadWriter?
  ) throws {
    guard try fits(checksum) else { throw UploadFault.checksumMismatch }
    var passed: Int64 = 0
    try file.forEachSlice { slice in
      let skipped = Int(min(max(0, offset - passed), Int64(slice.count)))
      passed += Int64(slice.count)
      try writer?.write(UnsafeRawBufferPointer(rebasing: slice[skipped...]))
    }
  }

  private func fits(_ checksum: Checksum) throws -> Bool {
    switch checksum {
    case .sha256(let sum): return try file.currentDigest() == sum
    case .sha1(let sum):
      var digest = SHA1()
      try file.forEachSlice { digest.update($0) }
      return digest.finalize() == sum
    }
  }
}

extension Uploads {
  /// A place for one body with a checksum.
  public func makeChunk() throws -> UploadChunk {
    try UploadChunk(scratch: path(of: makeID()))
  }
}
