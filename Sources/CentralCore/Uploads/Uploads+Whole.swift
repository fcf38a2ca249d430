import Domain
import Glibc
import SyncProtocol

extension Uploads {
  /// Takes a whole upload that came in one request body, without keeping an
  /// unfinished one: segment or photo, it is durable by the one commit.
  ///
  /// - Throws: `UploadFault`; nothing is kept then.
  public func takeWhole(
    _ content: Upload.Content, _ bytes: [UInt8], metadata: String, device: Device
  ) throws -> Upload {
    let length = Int64(bytes.count)
    guard length <= content.limit else { throw UploadFault.tooLarge }
    guard SHA256.hash(bytes) == content.sha256 else { throw UploadFault.digestMismatch }
    let made = Upload(
      id: makeID(), device: device.id, content: content, length: length, metadata: metadata,
      createdAt: now())
    let settle = try settling(made, device, bytes: { bytes }) {
      try self.place(bytes, as: content.sha256)
    }
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

  /// Does what comes before the commit of an upload that has no row yet, and
  /// returns what is done in it.
  ///
  /// - Parameters:
  ///   - bytes: reads the verified bytes, which are few.
  ///   - place: puts the verified bytes into the blob store.
  func settling(
    _ upload: Upload, _ device: Device, bytes: () throws -> [UInt8], place: () throws -> Void
  ) throws -> @Sendable (any CentralWriting) throws -> Receipt {
    if upload.isSegment {
      let segment = Intake.read(try Self.segment(bytes()))
      return { [intake] in try intake.take(segment, from: device, in: $0) }
    }
    var body: [UInt8]?
    if try !isPlaced(upload) {
      try store.read { try self.checkDay(of: device.id, adding: upload.limit, in: $0) }
      try checkDisk(for: upload.limit)
      if upload.limit <= Self.bodyBytes { body = try bytes() } else { try place() }
    }
    let (kept, at) = (body, now())
    return { try Self.record(upload, body: kept, at: at, in: $0) }
  }

  /// A larger photo is a file whatever way it came (`photo_body` has the same
  /// limit).
  private static let bodyBytes: Int64 = 65_536

  /// Puts bytes that were verified into the blob store.
  func place(_ bytes: [UInt8], as sha256: Digest) throws {
    let id = makeID()
    inMaking.withLock { _ = $0.insert(id) }
    defer { inMaking.withLock { _ = $0.remove(id) } }
    let file = try UploadFile(scratch: path(of: id))
    try bytes.withUnsafeBytes { try file.append($0) }
    _ = try file.acknowledge()
    try blobs.adopt(file: file.path, as: sha256)
  }

  /// Keeps what came of a whole upload whose request broke.
  public func keep(
    prefix bytes: [UInt8], _ announced: Announcement, device: UniqueID
  ) throws {
    let upload = try create(announced, device: device)
    let standing = try offset(of: upload)
    guard standing < Int64(bytes.count) else { return }
    let writer = try open(upload, at: standing) {}
    try bytes[Int(standing)...].withUnsafeBytes { try writer.write($0) }
    _ = try finish(writer)
  }
}
