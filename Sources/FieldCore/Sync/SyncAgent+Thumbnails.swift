import Domain
import SyncProtocol

// Up: the thumbnails inside photos, so that the centre sees something of every
// report before the first photo is through.
extension SyncAgent {
  /// A thumbnail goes when the photo is at least so many times as large.
  private static let worthwhile = 4

  /// Sends the thumbnails of all photos that wait. One that the centre does not
  /// take, or a centre that knows no thumbnails, holds nothing up.
  func sendThumbnails(_ client: CentreClient, _ epoch: UniqueID) throws(SyncError) {
    while let next = try local({ () throws(FieldError) in try store.nextThumbnail() }) {
      guard let thumbnail = thumbnail(of: next.photo) else {
        try note(.none, of: next.photo)
        continue
      }
      try note(.begun, of: next.photo)
      do throws(SyncError) {
        try send(thumbnail, of: next.photo, isBegun: next.isBegun, client, epoch)
        try note(.received, of: next.photo)
      } catch .refusedByCentre(let code, _) where !code.isRetryable {
        try note(.refused, of: next.photo)
      } catch .refusedByCentre, .unavailable {
        // Another round tries again; the photo's own turn says what is wrong.
        return
      }
      try sendLanes(client, epoch)
    }
  }

  /// The thumbnail in a photo; nil when there is none worth sending. A file that
  /// cannot be read is told of when the photo's turn comes.
  private func thumbnail(of photo: StoredPhoto) -> [UInt8]? {
    let bytes: [UInt8]?
    do throws(FileFault) { bytes = try store.photos.read(photo.sha256) } catch { return nil }
    let limit = min(Int(Limits.thumbnailBytes), Int(photo.bytes) / Self.worthwhile)
    return bytes.flatMap { PhotoFile.thumbnail(in: $0, limit: limit) }
  }

  private func send(
    _ thumbnail: [UInt8], of photo: StoredPhoto, isBegun: Bool, _ client: CentreClient,
    _ epoch: UniqueID
  ) throws(SyncError) {
    let sha256 = SHA256.hash(thumbnail)
    report(.thumbnail(of: photo.sha256, bytes: Int64(thumbnail.count)))
    let implied = Receipt.thumbnail(epoch: epoch, sha256: sha256, photo: photo.sha256)
    let subject = UploadSubject(
      kind: "thumbnail", sha256: sha256, length: Int64(thumbnail.count), of: photo.sha256,
      impliedReceipt: implied
    ) { offset, count in .bytes(Array(thumbnail[Int(offset)..<Int(offset + count)])) }
    let (receipt, _) = try upload(
      subject, client, from: nil, mayHaveBegun: isBegun,
      interlude: { () throws(SyncError) in try self.sendLanes(client, epoch, only: [.urgent]) }
    ) { _ throws(FieldError) in }
    guard case .thumbnail(let at, sha256, photo.sha256) = receipt else {
      throw .protocolViolation
    }
    try confirm(at, epoch, client)
    outcome.thumbnails += 1
    report(.thumbnailReceived(of: photo.sha256))
  }

  private func note(_ standing: ThumbnailStanding, of photo: StoredPhoto) throws(SyncError) {
    try local { () throws(FieldError) in try store.note(standing, of: photo.sha256) }
  }
}
