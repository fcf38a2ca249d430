import Domain
import SyncProtocol

/// Thumbnails of photos: who sent which, and which one stands for the photo.
public protocol ThumbnailReading {
  /// The thumbnail that stands for a photo: of those of the device that sent
  /// the photo, else of all, the one that came last.
  func thumbnail(of photo: Digest) throws -> Digest?
  /// Whether this device sent this thumbnail of this photo.
  func hasThumbnail(_ sha256: Digest, of photo: Digest, from device: UniqueID) throws -> Bool
  /// Whether this device sent any thumbnail of this photo.
  func hasThumbnail(of photo: Digest, from device: UniqueID) throws -> Bool
  /// All thumbnails the centre holds.
  func thumbnails() throws -> [Digest]
}

/// Changes of thumbnails.
public protocol ThumbnailWriting {
  /// Says that the centre holds this thumbnail.
  func put(
    thumbnail sha256: Digest, of photo: Digest, bytes: Int64, from device: UniqueID, at: Int64
  ) throws
}
