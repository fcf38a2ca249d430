import Domain
import Glibc
import SyncProtocol

extension Uploads {
  /// Partial uploads that one creation may name.
  public static let parts = 64

  /// Puts partial uploads together, in this order, and settles what they are.
  /// The parts stay. Nothing is kept of a whole that cannot be taken.
  ///
  /// - Parameter concat: `Upload-Concat` as it was sent.
  /// - Throws: `UploadFault` `.unknown` and `.notPartial` for a part,
  ///   `.incomplete` when one lacks bytes, and whatever completing an upload
  ///   throws.
  public func concatenate(
    _ ids: [UniqueID], to content: Upload.Content, concat: String, metadata: String,
    device: Device
  ) throws -> Upload {
    let parts = try ids.map { try part($0, of: device.id) }
    let length = parts.reduce(Int64(0)) { $0 + ($1.length ?? 0) }
    guard length <= content.limit else { throw UploadFault.tooLarge }
    let made = Upload(
      id: makeID(), device: device.id, content: content, length: length, concat: concat,
      metadata: metadata, createdAt: now())
    inMaking.withLock { _ = $0.insert(made.id) }
    defer {
      unlink(path(of: made.id))
      inMaking.withLock { _ = $0.remove(made.id) }
    }
    if !made.isSegment { try checkDisk(for: length) }
    let file = try joined(parts, as: made)
    guard file.size == length, try file.currentDigest() == content.sha256 else {
      throw UploadFault.digestMismatch
    }
    return try settle(made, file, device)
  }

  /// A complete partial upload of this device.
  private func part(_ id: UniqueID, of device: UniqueID) throws -> Upload {
    let part = try find(id, of: device)
    guard part.content == nil else { throw UploadFault.notPartial }
    let offset = try offset(of: part)
    guard part.length == offset else { throw UploadFault.incomplete(offset: offset) }
    return part
  }

  private func joined(_ parts: [Upload], as whole: Upload) throws -> UploadFile {
    let file = try UploadFile(scratch: path(of: whole.id))
    for part in parts {
      // No file was opened for a part of no bytes.
      try UploadFile.existing(path(of: part.id))?.forEachSlice { try file.append($0) }
    }
    _ = try file.acknowledge()
    return file
  }

  private func settle(_ made: Upload, _ file: UploadFile, _ device: Device) throws -> Upload {
    let settle = try settling(
      made, device,
      bytes: {
        guard let bytes = try file.contents(limit: Limits.segmentBytes) else {
          throw UploadFault.tooLarge
        }
        return bytes
      },
      place: {
        if let content = made.content { try blobs.adopt(file: file.path, as: content.sha256) }
      })
    return try taking { transaction in
      var upload = made
      upload.receipt = try settle(transaction)
      try transaction.put(upload)
      return upload
    }
  }
}
