import Domain
import Glibc
import SyncProtocol

extension Uploads {
  /// Takes a whole upload that came in one request body, without keeping an
  /// unfinished one: segment or photo, it is durable by the one commit.
  public func takeWhole(
    _ content: Upload.Content, _ bytes: [UInt8], metadata: String, device: Device
  ) throws -> Upload {
    let length = Int64(bytes.count)
    guard length <= content.limit else { throw UploadFault.tooLarge }
    guard SHA256.hash(bytes) == content.sha256 else { throw UploadFault.digestMismatch }
    let made = Upload(
      id: makeID(), device: device.id, content: content, length: length, metadata: metadata,
      createdAt: now())
    let settle = try settling(bytes, made, device)
    let taken = try taking { transaction in
      var upload =
        try transaction.upload(device: device.id, content: content, length: length) ?? made
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
    switch upload.content {
    case .segment:
      let segment = Intake.read(try Self.segment(bytes))
      return { [intake] in try intake.take(segment, from: device, in: $0) }
    case .photo, .thumbnail:
      var isFile = blobs.bytes(of: upload.content.sha256) == upload.length
      if !isFile, bytes.count > Self.bodyBytes {
        try place(bytes, as: upload.content.sha256)
        isFile = true
      }
      let (body, at) = (isFile ? nil : bytes, now())
      return { try Self.record(upload, body: body, at: at, in: $0) }
    }
  }

  /// A larger photo is a file whatever way it came (`photo_body` has the same
  /// limit).
  private static let bodyBytes = 65_536

  /// Puts bytes that were verified into the blob store.
  func place(_ bytes: [UInt8], as sha256: Digest) throws {
    let file = try UploadFile(scratch: path(of: makeID()))
    try bytes.withUnsafeBytes { try file.append($0) }
    _ = try file.acknowledge()
    try blobs.adopt(file: file.path, as: sha256)
  }

  /// Keeps what came of a whole upload whose request broke.
  public func keep(
    prefix bytes: [UInt8], of content: Upload.Content, length: Int64, metadata: String,
    device: UniqueID
  ) throws {
    let upload = try create(content, length: length, metadata: metadata, device: device)
    let standing = try offset(of: upload)
    guard standing < Int64(bytes.count) else { return }
    let writer = try open(upload, at: standing) {}
    try bytes[Int(standing)...].withUnsafeBytes { try writer.write($0) }
    _ = try finish(writer)
  }
}
