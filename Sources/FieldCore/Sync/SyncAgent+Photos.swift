import Domain
import SyncProtocol

// Up: photos, after the operations that name them.
extension SyncAgent {
  /// Thumbnails, then photos, smallest first. What the worker does meanwhile
  /// goes before the next of either, and an urgent report before the rest of a
  /// photo that is on its way.
  ///
  /// - Parameter ofRefusedToo: whether the photos of refused operations go too,
  ///   because nobody will come to decide about them.
  func sendPhotos(
    _ client: CentreClient, _ epoch: UniqueID, ofRefusedToo: Bool = false
  ) throws(SyncError) {
    try sendThumbnails(client, epoch)
    while let photo = try local({ () throws(FieldError) in
      try store.nextPhoto(ofRefusedToo: ofRefusedToo)
    }) {
      try send(photo, client, epoch)
      try sendLanes(client, epoch)
      try sendThumbnails(client, epoch)
    }
  }

  private func send(
    _ photo: StoredPhoto, _ client: CentreClient, _ epoch: UniqueID
  ) throws(SyncError) {
    let sha256 = photo.sha256
    let path = store.photos.path(of: sha256)
    report(.photo(sha256, bytes: photo.bytes))
    try local { () throws(FieldError) in try store.noteAttempt(sha256) }
    let receipt = Receipt.photo(epoch: epoch, sha256: sha256, bytes: photo.bytes)
    let subject = UploadSubject(
      kind: "photo", sha256: sha256, length: photo.bytes, impliedReceipt: receipt
    ) {
      .file(path: path, offset: $0, length: $1)
    }
    // Under way since an earlier round, or now.
    var wasSent = photo.upload != nil
    do throws(SyncError) {
      let (receipt, hasSent) = try upload(
        subject, client, from: photo.upload, mayHaveBegun: photo.attempts > 0,
        interlude: { () throws(SyncError) in
          try self.sendLanes(client, epoch, only: [.urgent])
        }
      ) { [store] address throws(FieldError) in try store.saveUpload(address, of: sha256) }
      wasSent = wasSent || hasSent
      guard case .photo(let at, sha256, _) = receipt else { throw .protocolViolation }
      try confirm(at, epoch, client)
      try local { () throws(FieldError) in try store.keepPhotoReceipt(sha256, epoch: epoch) }
      if wasSent { outcome.photos += 1 } else { outcome.photosThere += 1 }
      report(.photoReceived(sha256))
    } catch .refusedByCentre(let code, _) where code.isAboutContent {
      let limit = code == .tooLarge ? 1 : Int(SealedSegment.refusalLimit)
      try refuse(photo, code.rawValue, limit: limit)
    } catch .offline(.fileUnreadable) {
      try refuse(photo, "file-unreadable", limit: 1)
    }
  }

  private func refuse(_ photo: StoredPhoto, _ reason: String, limit: Int) throws(SyncError) {
    let problem = try local { () throws(FieldError) in
      try store.noteRefusal(reason, of: photo.sha256, limit: limit)
      return try store.photo(photo.sha256)?.problem
    }
    if let problem {
      outcome.heldPhotos += 1
      report(.photoHeld(photo.sha256, problem: problem))
    }
  }
}
