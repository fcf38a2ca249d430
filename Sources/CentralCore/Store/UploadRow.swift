import Domain
import SyncProtocol

/// What the centre knows of one upload beside its bytes.
public struct Upload: Sendable, Hashable {
  /// The kinds of content, as they are named on the wire.
  public enum Kind: String, Sendable, Codable, CaseIterable {
    /// A run of journal entries.
    case segment
    /// A JPEG.
    case photo
    /// A small JPEG that stands for a photo.
    case thumbnail
  }

  /// What all the bytes together are, and the announced digest of them.
  public enum Content: Sendable, Hashable {
    /// A run of journal entries.
    case segment(Digest)
    /// A JPEG.
    case photo(Digest)
    /// A small JPEG that stands for a photo.
    case thumbnail(Digest, of: Digest)
  }

  /// Its identifier: 128 random bits, so that nobody can guess another's.
  public var id: UniqueID
  /// The device that made it; nobody else sees it.
  public var device: UniqueID
  /// What is uploaded.
  public var content: Content
  /// The announced number of bytes.
  public var length: Int64
  /// `Upload-Metadata` as it was sent.
  public var metadata: String
  /// When it was made, milliseconds since 1970 UTC.
  public var createdAt: Int64
  /// The answer, when it is complete.
  public var receipt: Receipt?

  /// An upload as given.
  public init(
    id: UniqueID, device: UniqueID, content: Content, length: Int64, metadata: String,
    createdAt: Int64, receipt: Receipt? = nil
  ) {
    self.id = id
    self.device = device
    self.content = content
    self.length = length
    self.metadata = metadata
    self.createdAt = createdAt
    self.receipt = receipt
  }
}

extension Upload.Content {
  /// The content of this kind; nil when a thumbnail has no photo or anything
  /// else has one.
  public init?(_ kind: Upload.Kind, sha256: Digest, of photo: Digest?) {
    switch (kind, photo) {
    case (.segment, nil): self = .segment(sha256)
    case (.photo, nil): self = .photo(sha256)
    case (.thumbnail, let photo?): self = .thumbnail(sha256, of: photo)
    default: return nil
    }
  }

  /// Its kind.
  public var kind: Upload.Kind {
    switch self {
    case .segment: .segment
    case .photo: .photo
    case .thumbnail: .thumbnail
    }
  }

  /// The announced digest of all bytes.
  public var sha256: Digest {
    switch self {
    case .segment(let sha256), .photo(let sha256), .thumbnail(let sha256, _): sha256
    }
  }

  /// The photo that a thumbnail is of.
  public var photo: Digest? {
    if case .thumbnail(_, let photo) = self { photo } else { nil }
  }

  /// Bytes it may have.
  public var limit: Int64 {
    switch self {
    case .segment: Int64(Limits.segmentBytes)
    case .photo: Limits.photoBytes
    case .thumbnail: Limits.thumbnailBytes
    }
  }
}

/// Uploads.
public protocol UploadReading {
  /// The upload of this identifier.
  func upload(_ id: UniqueID) throws -> Upload?
  /// The upload of these bytes by this device.
  func upload(device: UniqueID, content: Upload.Content, length: Int64) throws -> Upload?
  /// Unfinished uploads made before this moment.
  func unfinishedUploads(before: Int64) throws -> [Upload]
  /// How many uploads are unfinished.
  func unfinishedUploadCount() throws -> Int
}

/// Changes of uploads.
public protocol UploadWriting {
  /// Adds or replaces an upload.
  func put(_ upload: Upload) throws
  /// Forgets an upload.
  func deleteUpload(_ id: UniqueID) throws
}
