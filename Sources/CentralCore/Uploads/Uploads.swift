import Domain
import Glibc
import Locks
import SyncProtocol

/// The uploads of all devices: one engine, whatever resumable protocol speaks
/// to it (tus 1.0.0 now; the IETF draft could be a second face).
///
/// On the disk an unfinished upload is one file `uploads/ID` and one row; the
/// file's size is its offset. A complete one is a photo in the blob store or a
/// segment in the journal, and its receipt in the row.
public final class Uploads: Sendable {
  let directory: String
  let store: any CentralStore
  let blobs: any BlobStore
  let photos: PhotoShelf
  let intake: Intake
  let now: @Sendable () -> Int64
  let makeID: @Sendable () -> UniqueID
  /// The request that has each upload in hand; a second one ends the first.
  let writers = Mutex<[UniqueID: UploadWriter]>([:])
  /// When what nobody finished was last looked for.
  let collectedAt = Mutex<Int64>(0)
  static let collectEvery: Int64 = 3_600_000

  /// Uploads below this directory, which is made when it is not there.
  public init(
    directory: String, store: any CentralStore, blobs: any BlobStore, intake: Intake,
    now: @escaping @Sendable () -> Int64, makeID: @escaping @Sendable () -> UniqueID
  ) throws {
    self.directory = directory
    self.store = store
    self.blobs = blobs
    photos = PhotoShelf(store: store, files: blobs)
    self.intake = intake
    self.now = now
    self.makeID = makeID
    try DurableFiles.makeDirectory(directory)
  }

  /// Makes an upload, or finds the one of the same bytes (PROTOCOL.md §6).
  ///
  /// - Throws: `UploadFault.tooLarge`, or what the store throws.
  public func create(
    _ content: Upload.Content, length: Int64, metadata: String, device: UniqueID
  ) throws -> Upload {
    guard length >= 0, length <= content.limit else { throw UploadFault.tooLarge }
    try collectHourly()
    if let found = try find(content, length, device) {
      if !isExpired(found), try !isHollow(found) { return found }
      try terminate(found)
    }
    let made = Upload(
      id: makeID(), device: device, content: content, length: length, metadata: metadata,
      createdAt: now())
    return try store.write { transaction in
      // Looked up again: another request may have been faster.
      if let found = try transaction.upload(device: device, content: content, length: length) {
        return found
      }
      var upload = made
      if case .photo(let sha256) = content, try transaction.photoBytes(sha256) == length,
        try self.isPlaced(made)
      {
        upload.receipt = .photo(epoch: try transaction.epoch(), sha256: sha256, bytes: length)
      }
      try transaction.put(upload)
      return upload
    }
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
    if try isPlaced(upload) { return upload.length }
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

  /// Ends an upload and forgets its bytes. A complete one stays what it became.
  public func terminate(_ upload: Upload) throws {
    preempt(upload.id)
    try drop(upload)
  }

  /// Ends every request in hand, keeping its bytes: the centre is stopping.
  public func park() {
    let all = writers.withLock { writers in
      defer { writers.removeAll() }
      return Array(writers.values)
    }
    for writer in all { writer.preempt() }
  }

  func find(_ content: Upload.Content, _ length: Int64, _ device: UniqueID) throws -> Upload? {
    try store.read { try $0.upload(device: device, content: content, length: length) }
  }

  func drop(_ upload: Upload) throws {
    unlink(path(of: upload.id))
    try store.write { try $0.deleteUpload(upload.id) }
  }

  func preempt(_ id: UniqueID) {
    writers.withLock { $0.removeValue(forKey: id) }?.preempt()
  }

  func release(_ writer: UploadWriter) {
    writers.withLock { writers in
      if writers[writer.upload.id] === writer { writers[writer.upload.id] = nil }
    }
  }

  /// The identifier is random hexadecimal, so it is safe as a file name.
  func path(of id: UniqueID) -> String { "\(directory)/\(id.text)" }
}
