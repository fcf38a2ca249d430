import Domain
import Glibc
import SyncProtocol

extension Uploads {
  /// Takes a whole upload that came in one request body, without keeping an
  /// unfinished one: segment or photo, it is durable by the one commit.
  public func takeWhole(
    _ kind: Upload.Kind, _ bytes: [UInt8], sha256: Digest, metadata: String, device: Device
  ) throws -> Upload {
    let length = Int64(bytes.count)
    guard length <= Self.limit(of: kind) else { throw UploadFault.tooLarge }
    guard SHA256.hash(bytes) == sha256 else { throw UploadFault.digestMismatch }
    let made = Upload(
      id: makeID(), device: device.id, kind: kind, sha256: sha256, length: length,
      metadata: metadata, createdAt: now())
    let settle = try settling(bytes, made, device)
    let taken = try taking { transaction in
      var upload =
        try transaction.upload(device: device.id, kind: kind, sha256: sha256, length: length)
        ?? made
      upload.receipt = try settle(transaction)
      try transaction.put(upload)
      return upload
    }
    if taken.id != made.id {
      // It was on its way in pieces before.
      preempt(taken.id)
      unlink(path(of: taken.id))
    }
    return taken
  }

  /// Bytes that are taken so at most. Until the last one came they are in memory
  /// only, and a photo lies in the store for good.
  public static let wholeBytes = 16_384

  /// Does what comes before the commit, and returns what is done in it.
  func settling(
    _ bytes: [UInt8], _ upload: Upload, _ device: Device
  ) throws -> @Sendable (any CentralWriting) throws -> Receipt {
    switch upload.kind {
    case .segment:
      let segment = Intake.read(try Self.segment(bytes))
      return { [intake] in try intake.take(segment, from: device, in: $0) }
    case .photo:
      let isFile = blobs.bytes(of: upload.sha256) == upload.length
      let at = now()
      return { transaction in
        try transaction.put(photo: upload.sha256, bytes: upload.length, from: device.id, at: at)
        if !isFile { try transaction.put(photoBody: bytes, of: upload.sha256) }
        return .photo(
          epoch: try transaction.epoch(), sha256: upload.sha256, bytes: upload.length)
      }
    }
  }

  /// Keeps what came of a whole upload whose request broke.
  public func keep(
    prefix bytes: [UInt8], of kind: Upload.Kind, sha256: Digest, length: Int64, metadata: String,
    device: UniqueID
  ) throws {
    let upload = try create(
      kind, sha256: sha256, length: length, metadata: metadata, device: device)
    let standing = try offset(of: upload)
    guard standing < Int64(bytes.count) else { return }
    let writer = try open(upload, at: standing) {}
    try bytes[Int(standing)...].withUnsafeBytes { try writer.write($0) }
    _ = try finish(writer)
  }
}
