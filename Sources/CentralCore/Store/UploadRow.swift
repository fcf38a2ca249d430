import Domain
import SyncProtocol

/// What the centre knows of one upload beside its bytes.
public struct Upload: Sendable, Hashable {
  /// What is uploaded.
  public enum Kind: String, Sendable, Codable {
    /// A run of journal entries.
    case segment
    /// A JPEG.
    case photo
  }

  /// Its identifier: 128 random bits, so that nobody can guess another's.
  public var id: UniqueID
  /// The device that made it; nobody else sees it.
  public var device: UniqueID
  /// What is uploaded.
  public var kind: Kind
  /// The announced digest of all bytes.
  public var sha256: Digest
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
    id: UniqueID, device: UniqueID, kind: Kind, sha256: Digest, length: Int64, metadata: String,
    createdAt: Int64, receipt: Receipt? = nil
  ) {
    self.id = id
    self.device = device
    self.kind = kind
    self.sha256 = sha256
    self.length = length
    self.metadata = metadata
    self.createdAt = createdAt
    self.receipt = receipt
  }
}

/// Uploads.
public protocol UploadReading {
  /// The upload of this identifier.
  func upload(_ id: UniqueID) throws -> Upload?
  /// The upload of these bytes by this device.
  func upload(
    device: UniqueID, kind: Upload.Kind, sha256: Digest, length: Int64
  ) throws -> Upload?
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
