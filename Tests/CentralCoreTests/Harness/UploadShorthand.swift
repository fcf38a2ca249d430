import Domain
import SyncProtocol

@testable import CentralCore

// Most tests speak of a segment or a photo by its kind and digest.

extension Upload {
  var sha256: Digest { content.sha256 }
}

extension Upload.Kind {
  /// The content of this kind; a thumbnail is of the photo `[1]`.
  func content(_ sha256: Digest) -> Upload.Content {
    switch self {
    case .segment: .segment(sha256)
    case .photo: .photo(sha256)
    case .thumbnail: .thumbnail(sha256, of: SHA256.hash([1]))
    }
  }
}

extension Uploads {
  func create(
    _ kind: Upload.Kind, sha256: Digest, length: Int64, metadata: String, device: UniqueID
  ) throws -> Upload {
    try create(kind.content(sha256), length: length, metadata: metadata, device: device)
  }

  func takeWhole(
    _ kind: Upload.Kind, _ bytes: [UInt8], sha256: Digest, metadata: String, device: Device
  ) throws -> Upload {
    try takeWhole(kind.content(sha256), bytes, metadata: metadata, device: device)
  }
}
