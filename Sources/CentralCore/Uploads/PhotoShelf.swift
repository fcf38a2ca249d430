import Domain
import SyncProtocol

/// Every photo the centre holds, wherever its bytes lie.
///
/// A small photo that came whole in one request lies in the store, in the same
/// commit as its row and its receipt: one fsync, which it shares with everything
/// else that is committed then, where a file of its own costs three. Any other
/// photo is a file of the blob store.
public struct PhotoShelf: Sendable {
  /// Where a photo's bytes are.
  public enum Place: Sendable, Hashable {
    /// A file, by its path.
    case file(String)
    /// These bytes, read from the store.
    case memory([UInt8])
  }

  let store: any CentralStore
  let files: any BlobStore

  /// Where the bytes of a photo are; nil when they are not here.
  public func find(_ digest: Digest) throws -> Place? {
    if let path = files.path(of: digest) { return .file(path) }
    return try store.read { try $0.photoBody(digest) }.map(Place.memory)
  }

  /// The length of a photo in bytes; nil when it is not here.
  public func bytes(of digest: Digest) throws -> Int64? {
    if let bytes = files.bytes(of: digest) { return bytes }
    return try store.read { try $0.photoBodyBytes(digest) }
  }

  /// Whether these bytes are the photo's.
  func isSound(_ place: Place, _ digest: Digest) throws -> Bool {
    switch place {
    case .file(let path): try UploadFile.digest(ofFile: path) == digest
    case .memory(let bytes): SHA256.hash(bytes) == digest
    }
  }
}
