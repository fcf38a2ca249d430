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
  /// What is uploaded; nil for a partial upload, whose bytes mean nothing yet.
  public var content: Content?
  /// The announced number of bytes; nil as long as that is deferred.
  public var length: Int64?
  /// Whether the length was, or is, announced later than the upload.
  public var isDeferred: Bool
  /// `Upload-Concat` as it was sent: `partial`, or `final;` and the parts.
  public var concat: String?
  /// `Upload-Metadata` as it was sent.
  public var metadata: String
  /// When it was made, milliseconds since 1970 UTC.
  public var createdAt: Int64
  /// The answer, when it is complete.
  public var receipt: Receipt?

  /// An upload as given.
  public init(
    id: UniqueID, device: UniqueID, content: Content?, length: Int64?, concat: String? = nil,
    metadata: String, createdAt: Int64, receipt: Receipt? = nil
  ) {
    self.id = id
    self.device = device
    self.content = content
    self.length = length
    isDeferred = length == nil
    self.concat = concat
    self.metadata = metadata
    self.createdAt = createdAt
    self.receipt = receipt
  }

  /// Bytes it may have: as announced, else the most of its kind.
  public var limit: Int64 { length ?? content?.limit ?? Limits.photoBytes }
  /// Whether it was put together of partial uploads.
  public var isFinal: Bool { content != nil && concat != nil }
  /// Whether it is a segment, which is never refused for want of room.
  public var isSegment: Bool { content?.kind == .segment }
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
  /// The upload of these bytes by this device, when it was announced as one
  /// whole with its length.
  func upload(device: UniqueID, content: Upload.Content, length: Int64) throws -> Upload?
  /// Unfinished uploads made before this moment.
  func unfinishedUploads(before: Int64) throws -> [Upload]
  /// Unfinished uploads of a device, the oldest first.
  func unfinishedUploads(of device: UniqueID) throws -> [Upload]
  /// Bytes of photos and thumbnails that a device sent since this moment.
  func bytesReceived(from device: UniqueID, since: Int64) throws -> Int64
  /// How many uploads are unfinished.
  func unfinishedUploadCount() throws -> Int
}

/// Changes of uploads.
public protocol UploadWriting {
  /// Adds an upload, or replaces its length and receipt.
  func put(_ upload: Upload) throws
  /// Forgets an upload.
  func deleteUpload(_ id: UniqueID) throws
}
