import Domain
import Glibc
import SyncProtocol
import Synchronization

/// Why an upload's request is refused.
public enum UploadFault: Error, Sendable, Hashable {
  /// There is no such upload of this device.
  case unknown
  /// The offset is not where the upload stands.
  case offset(is: Int64)
  /// More bytes than were announced, or than the limit.
  case tooLarge
  /// All bytes are there, and they are not the announced ones.
  case digestMismatch
  /// Not all bytes are there yet.
  case incomplete(offset: Int64)
  /// The segment cannot be taken.
  case segment(IntakeFault)
  /// The bytes are no segment at all.
  case segmentMalformed(Segment.Fault)
  /// Another request took the upload over.
  case preempted
}

/// The uploads of all devices: one engine, whatever resumable protocol speaks
/// to it (tus 1.0.0 now; the IETF draft could be a second face).
///
/// On the disk an unfinished upload is one file `uploads/ID` and one row; the
/// file's size is its offset. A complete one is a photo in the blob store or a
/// segment in the journal, and its receipt in the row.
public final class Uploads: Sendable {
  private let directory: String
  private let store: any CentralStore
  private let blobs: any BlobStore
  private let intake: Intake
  private let now: @Sendable () -> Int64
  private let makeID: @Sendable () -> UniqueID
  /// The request that has each upload in hand; a second one ends the first.
  private let writers = Mutex<[UniqueID: UploadWriter]>([:])
  /// When what nobody finished was last looked for.
  private let collectedAt = Mutex<Int64>(0)
  private static let collectEvery: Int64 = 3_600_000

  /// Uploads below this directory, which is made when it is not there.
  public init(
    directory: String, store: any CentralStore, blobs: any BlobStore, intake: Intake,
    now: @escaping @Sendable () -> Int64, makeID: @escaping @Sendable () -> UniqueID
  ) throws {
    self.directory = directory
    self.store = store
    self.blobs = blobs
    self.intake = intake
    self.now = now
    self.makeID = makeID
    try DurableFiles.makeDirectory(directory)
  }

  /// Makes an upload, or finds the one of the same bytes (PROTOCOL.md §6).
  ///
  /// - Throws: `UploadFault.tooLarge`, or what the store throws.
  public func create(
    _ kind: Upload.Kind, sha256: Digest, length: Int64, metadata: String, device: UniqueID
  ) throws -> Upload {
    guard length >= 0, length <= Self.limit(of: kind) else { throw UploadFault.tooLarge }
    try collectHourly()
    if let found = try find(kind, sha256, length, device) {
      if !isExpired(found), !isHollow(found) { return found }
      try terminate(found)
    }
    let made = Upload(
      id: makeID(), device: device, kind: kind, sha256: sha256, length: length,
      metadata: metadata, createdAt: now())
    return try store.write { transaction in
      // Looked up again: another request may have been faster.
      if let found = try transaction.upload(
        device: device, kind: kind, sha256: sha256, length: length)
      {
        return found
      }
      var upload = made
      if kind == .photo, try transaction.photoBytes(sha256) == length, self.isPlaced(made) {
        upload.receipt = .photo(epoch: try transaction.epoch(), sha256: sha256, bytes: length)
      }
      try transaction.put(upload)
      return upload
    }
  }

  /// Takes a whole upload that came in one request body, without keeping an
  /// unfinished one: a segment is durable by the one commit, a photo by its
  /// file and the commit after it.
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

  /// Does what comes before the commit, and returns what is done in it.
  private func settling(
    _ bytes: [UInt8], _ upload: Upload, _ device: Device
  ) throws -> @Sendable (any CentralWriting) throws -> Receipt {
    switch upload.kind {
    case .segment:
      let segment = Intake.read(try Self.segment(bytes))
      return { [intake] in try intake.take(segment, from: device, in: $0) }
    case .photo:
      if !isPlaced(upload) {
        let file = try UploadFile(scratch: path(of: upload.id))
        try bytes.withUnsafeBytes { try file.append($0) }
        _ = try file.acknowledge()
        try blobs.adopt(file: file.path, as: upload.sha256)
      }
      let at = now()
      return { transaction in
        try transaction.put(photo: upload.sha256, bytes: upload.length, from: device.id, at: at)
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

  /// The device's upload of this identifier.
  public func find(_ id: UniqueID, of device: UniqueID) throws -> Upload {
    guard let upload = try store.read({ try $0.upload(id) }), upload.device == device else {
      throw UploadFault.unknown
    }
    guard !isExpired(upload) else {
      try terminate(upload)
      throw UploadFault.unknown
    }
    return upload
  }

  /// How many bytes of an upload are durable here.
  public func offset(of upload: Upload) throws -> Int64 {
    if upload.receipt != nil { return upload.length }
    // A request in hand is ended first: its bytes are then all in the file.
    preempt(upload.id)
    if isPlaced(upload) { return upload.length }
    guard let file = try UploadFile.existing(path(of: upload.id)) else {
      // Nothing came yet, or it was completed a moment ago.
      return try store.read { try $0.upload(upload.id) }?.receipt == nil ? 0 : upload.length
    }
    return min(try file.acknowledge(), upload.length)
  }

  /// Takes an upload in hand, ending whatever request had it.
  ///
  /// - Throws: `UploadFault.offset` when the upload stands elsewhere.
  public func open(_ upload: Upload, at offset: Int64, onPreempted: @escaping @Sendable () -> Void)
    throws -> UploadWriter
  {
    let writer = writers.withLock { writers in
      let writer = UploadWriter(
        upload: upload, after: writers[upload.id], onPreempted: onPreempted)
      writers[upload.id] = writer
      return writer
    }
    writer.takeOver()
    do {
      try writer.begin(UploadFile(path: path(of: upload.id)), at: offset)
    } catch {
      release(writer)
      throw error
    }
    return writer
  }

  /// Ends a request, keeping its bytes; returns the offset that may be told.
  public func finish(_ writer: UploadWriter) throws -> Int64 {
    defer { release(writer) }
    return try writer.acknowledge().size
  }

  /// Ends a request and, when it brought the last byte, completes its upload
  /// with the digest that was reckoned while the bytes came.
  public func finish(
    _ writer: UploadWriter, device: Device
  ) throws -> (offset: Int64, receipt: Receipt?) {
    defer { release(writer) }
    let file = try writer.acknowledge()
    guard file.size == writer.upload.length else { return (file.size, nil) }
    return (file.size, try complete(writer.upload, file, device: device))
  }

  /// Verifies a complete upload and puts it where it belongs.
  ///
  /// *Invariant:* when a receipt is returned, the photo is in the blob store
  /// and its row committed, or the segment's effects and results are.
  public func complete(_ upload: Upload, device: Device) throws -> Receipt {
    if let receipt = upload.receipt { return receipt }
    if isPlaced(upload) { return try record(photo: upload, device: device) }
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

  private func complete(
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

  /// Ends an upload and forgets its bytes. A complete one stays what it became.
  public func terminate(_ upload: Upload) throws {
    preempt(upload.id)
    try drop(upload)
  }

  /// Forgets what nobody finished in time, and files that belong to no
  /// unfinished upload (a kill between a commit and an unlink leaves one).
  /// Returns the number of uploads.
  public func collectExpired() throws -> Int {
    let before = expiry
    let expired = try store.read { try $0.unfinishedUploads(before: before) }
    for upload in expired { try terminate(upload) }
    for name in try DurableFiles.names(in: directory) {
      // A row is made before its file, so a file without one is nobody's.
      guard let id = UniqueID(name) else { continue }
      let upload = try store.read { try $0.upload(id) }
      if upload == nil || upload?.receipt != nil { unlink(path(of: id)) }
    }
    return expired.count
  }

  private func collectHourly() throws {
    let now = now()
    let isDue = collectedAt.withLock { last in
      defer { if now - last >= Self.collectEvery { last = now } }
      return now - last >= Self.collectEvery
    }
    if isDue { _ = try collectExpired() }
  }

  /// Unfinished uploads made before this moment are forgotten.
  private var expiry: Int64 {
    let day: Int64 = 86_400_000
    return now() - Int64(Limits.keepUnfinishedUploadDays) * day
  }

  private func isExpired(_ upload: Upload) -> Bool {
    upload.receipt == nil && upload.createdAt < expiry
  }

  /// Ends every request in hand, keeping its bytes: the centre is stopping.
  public func park() {
    let all = writers.withLock { writers in
      defer { writers.removeAll() }
      return Array(writers.values)
    }
    for writer in all { writer.preempt() }
  }

  static func limit(of kind: Upload.Kind) -> Int64 {
    kind == .photo ? Limits.photoBytes : Int64(Limits.segmentBytes)
  }

  private func find(
    _ kind: Upload.Kind, _ sha256: Digest, _ length: Int64, _ device: UniqueID
  ) throws -> Upload? {
    try store.read {
      try $0.upload(device: device, kind: kind, sha256: sha256, length: length)
    }
  }

  private func completePhoto(_ upload: Upload, device: Device) throws -> Receipt {
    // File first, row second: a crash between leaves a blob without a row, and
    // the row is written when the device asks again; never a row without its
    // blob.
    do { try blobs.adopt(file: path(of: upload.id), as: upload.sha256) } catch {
      // Another request for the same upload may have been faster.
      guard isPlaced(upload) else { throw error }
    }
    return try record(photo: upload, device: device)
  }

  /// Whether a photo's verified bytes are in the blob store already: this
  /// upload's before a crash, or another device's. No bytes of another length
  /// have this digest.
  private func isPlaced(_ upload: Upload) -> Bool {
    upload.kind == .photo && blobs.bytes(of: upload.sha256) == upload.length
  }

  /// A photo's receipt without the photo, which a disk has lost since: whoever
  /// still has the bytes is asked for them.
  private func isHollow(_ upload: Upload) -> Bool {
    upload.kind == .photo && upload.receipt != nil && !isPlaced(upload)
  }

  /// The receipt when another request completed the upload since it was read.
  private func completedMeanwhile(_ upload: Upload, device: Device) throws -> Receipt? {
    if isPlaced(upload) { return try record(photo: upload, device: device) }
    return try store.read { try $0.upload(upload.id) }?.receipt
  }

  private func record(photo upload: Upload, device: Device) throws -> Receipt {
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

  private func completeSegment(
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

  private static func segment(_ bytes: [UInt8]) throws -> Segment {
    do { return try Segment(bytes: bytes) } catch { throw UploadFault.segmentMalformed(error) }
  }

  private func taking<T: Sendable>(
    _ body: @escaping @Sendable (any CentralWriting) throws -> T
  ) throws -> T {
    do { return try store.write(body) } catch let fault as IntakeFault {
      throw UploadFault.segment(fault)
    }
  }

  private func drop(_ upload: Upload) throws {
    unlink(path(of: upload.id))
    try store.write { try $0.deleteUpload(upload.id) }
  }

  private func preempt(_ id: UniqueID) {
    writers.withLock { $0.removeValue(forKey: id) }?.preempt()
  }

  private func release(_ writer: UploadWriter) {
    writers.withLock { writers in
      if writers[writer.upload.id] === writer { writers[writer.upload.id] = nil }
    }
  }

  /// The identifier is random hexadecimal, so it is safe as a file name.
  private func path(of id: UniqueID) -> String { "\(directory)/\(id.text)" }
}
