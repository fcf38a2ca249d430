import Glibc
import SyncProtocol

extension Uploads {
  /// Verifies a complete upload and puts it where it belongs.
  ///
  /// *Invariant:* when a receipt is returned, the photo is in the blob store
  /// and its row committed, or the segment's effects and results are.
  public func complete(_ upload: Upload, device: Device) throws -> Receipt {
    if let receipt = upload.receipt { return receipt }
    if try isPlaced(upload) { return try record(upload) }
    // Nobody opened a file for no bytes.
    let path = path(of: upload.id)
    let file = upload.length == 0 ? try UploadFile(path: path) : try UploadFile.existing(path)
    let offset = try file?.acknowledge() ?? 0
    guard let file, offset >= upload.length else {
      if let receipt = try completedMeanwhile(upload, device: device) { return receipt }
      throw UploadFault.incomplete(offset: offset)
    }
    return try complete(upload, file, device: device)
  }

  func complete(
    _ upload: Upload, _ file: UploadFile, device: Device
  ) throws -> Receipt {
    guard file.size == upload.length, try file.currentDigest() == upload.content.sha256 else {
      try drop(upload)
      throw UploadFault.digestMismatch
    }
    switch upload.content {
    case .photo(let sha256): return try completePhoto(upload, sha256)
    case .thumbnail: return try completeThumbnail(upload, file)
    case .segment: return try completeSegment(upload, file, device: device)
    }
  }

  func completePhoto(_ upload: Upload, _ sha256: Digest) throws -> Receipt {
    // File first, row second: a crash between leaves a blob without a row, and
    // the row is written when the device asks again; never a row without its
    // blob.
    do { try blobs.adopt(file: path(of: upload.id), as: sha256) } catch {
      // Another request for the same upload may have been faster.
      guard try isPlaced(upload) else { throw error }
    }
    return try record(upload)
  }

  func completeThumbnail(_ upload: Upload, _ file: UploadFile) throws -> Receipt {
    guard let bytes = try file.contents(limit: Int(Limits.thumbnailBytes)) else {
      throw UploadFault.tooLarge
    }
    let receipt = try record(upload, body: bytes)
    unlink(path(of: upload.id))
    return receipt
  }

  /// Whether an upload's verified bytes are on the shelf already.
  ///
  /// A photo's may be another device's, or this upload's before a crash; no
  /// bytes of another length have this digest. A thumbnail's count only when
  /// this device sent them: it may read what it sent, so that a digest alone
  /// would open somebody else's photo to it.
  func isPlaced(_ upload: Upload) throws -> Bool {
    switch upload.content {
    case .segment: return false
    case .photo(let sha256): return try photos.bytes(of: sha256) == upload.length
    case .thumbnail(let sha256, let photo):
      return try store.read { try $0.hasThumbnail(sha256, of: photo, from: upload.device) }
        && photos.bytes(of: sha256) == upload.length
    }
  }

  /// A receipt of bytes that a disk has lost since: whoever still has them is
  /// asked for them.
  func isHollow(_ upload: Upload) throws -> Bool {
    if case .segment = upload.content { return false }
    return try upload.receipt != nil && !isPlaced(upload)
  }

  /// The receipt when another request completed the upload since it was read.
  func completedMeanwhile(_ upload: Upload, device: Device) throws -> Receipt? {
    if try isPlaced(upload) { return try record(upload) }
    return try store.read { try $0.upload(upload.id) }?.receipt
  }

  /// Commits what is on the shelf of an upload, and its receipt.
  ///
  /// - Parameter body: its bytes, when they go into the store in the same commit.
  func record(_ upload: Upload, body: [UInt8]? = nil) throws -> Receipt {
    let at = now()
    return try store.write { transaction in
      let receipt = try Self.record(upload, body: body, at: at, in: transaction)
      var upload = upload
      upload.receipt = receipt
      try transaction.put(upload)
      return receipt
    }
  }

  static func record(
    _ upload: Upload, body: [UInt8]?, at: Int64, in transaction: any CentralWriting
  ) throws -> Receipt {
    let epoch = try transaction.epoch()
    let (sha256, bytes) = (upload.content.sha256, upload.length)
    if let body { try transaction.put(photoBody: body, of: sha256) }
    if let photo = upload.content.photo {
      try transaction.put(
        thumbnail: sha256, of: photo, bytes: bytes, from: upload.device, at: at)
      return .thumbnail(epoch: epoch, sha256: sha256, photo: photo)
    }
    try transaction.put(photo: sha256, bytes: bytes, from: upload.device, at: at)
    return .photo(epoch: epoch, sha256: sha256, bytes: bytes)
  }

  func completeSegment(
    _ upload: Upload, _ file: UploadFile, device: Device
  ) throws -> Receipt {
    guard let bytes = try file.contents(limit: Limits.segmentBytes) else {
      throw UploadFault.tooLarge
    }
    let segment = Intake.read(try Self.segment(bytes))
    let receipt = try taking { transaction in
      let receipt = try self.intake.take(segment, from: device, in: transaction)
      var upload = upload
      upload.receipt = receipt
      try transaction.put(upload)
      return receipt
    }
    unlink(path(of: upload.id))
    return receipt
  }

  static func segment(_ bytes: [UInt8]) throws -> Segment {
    do { return try Segment(bytes: bytes) } catch { throw UploadFault.segmentMalformed(error) }
  }

  func taking<T: Sendable>(
    _ body: @escaping @Sendable (any CentralWriting) throws -> T
  ) throws -> T {
    do { return try store.write(body) } catch let fault as IntakeFault {
      throw UploadFault.segment(fault)
    }
  }
}
