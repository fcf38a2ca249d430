import Glibc
import SyncProtocol

extension Uploads {
  /// Verifies a complete upload and puts it where it belongs.
  ///
  /// *Invariant:* when a receipt is returned, the photo is in the blob store
  /// and its row committed, or the segment's effects and results are.
  public func complete(_ upload: Upload, device: Device) throws -> Receipt {
    if let receipt = upload.receipt { return receipt }
    if try isPlaced(upload) { return try record(photo: upload, device: device) }
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
    guard file.size == upload.length, try file.currentDigest() == upload.sha256 else {
      try drop(upload)
      throw UploadFault.digestMismatch
    }
    switch upload.kind {
    case .photo: return try completePhoto(upload, device: device)
    case .segment: return try completeSegment(upload, file, device: device)
    }
  }

  func completePhoto(_ upload: Upload, device: Device) throws -> Receipt {
    // File first, row second: a crash between leaves a blob without a row, and
    // the row is written when the device asks again; never a row without its
    // blob.
    do { try blobs.adopt(file: path(of: upload.id), as: upload.sha256) } catch {
      // Another request for the same upload may have been faster.
      guard try isPlaced(upload) else { throw error }
    }
    return try record(photo: upload, device: device)
  }

  /// Whether a photo's verified bytes are on the shelf already: this upload's
  /// before a crash, or another device's. No bytes of another length have this
  /// digest.
  func isPlaced(_ upload: Upload) throws -> Bool {
    try upload.kind == .photo && photos.bytes(of: upload.sha256) == upload.length
  }

  /// A photo's receipt without the photo, which a disk has lost since: whoever
  /// still has the bytes is asked for them.
  func isHollow(_ upload: Upload) throws -> Bool {
    try upload.kind == .photo && upload.receipt != nil && !isPlaced(upload)
  }

  /// The receipt when another request completed the upload since it was read.
  func completedMeanwhile(_ upload: Upload, device: Device) throws -> Receipt? {
    if try isPlaced(upload) { return try record(photo: upload, device: device) }
    return try store.read { try $0.upload(upload.id) }?.receipt
  }

  func record(photo upload: Upload, device: Device) throws -> Receipt {
    let at = now()
    return try store.write { transaction in
      try transaction.put(photo: upload.sha256, bytes: upload.length, from: device.id, at: at)
      let receipt = Receipt.photo(
        epoch: try transaction.epoch(), sha256: upload.sha256, bytes: upload.length)
      var upload = upload
      upload.receipt = receipt
      try transaction.put(upload)
      return receipt
    }
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
