import Domain
import Glibc
import Locks
import SyncProtocol

/// The uploads of all devices: one engine, whatever resumable protocol speaks
/// to it. tus 1.0.0 is its face now (gridwalkd/API).
///
/// The IETF's Resumable Uploads for HTTP (draft-ietf-httpbis-resumable-upload,
/// no RFC yet) could be a second face without a change here. Its promises are
/// kept already: an offset that was told never decreases and is durable, a
/// mismatch tells the right offset, a new request ends the one before it. The
/// face would need: `Upload-Complete: ?1/?0` in the place of `Upload-Length`
/// (`?0` on creation is a deferred length here, `?1` on the last append sets it
/// to offset plus Content-Length); creation by any method, answered with an
/// interim 104 and `Location`, which the HTTP server cannot send yet; append as
/// PATCH of `application/partial-upload`; `Upload-Limit` from `Upload.limit`,
/// the quota and the expiry; and 409 with the type `mismatching-upload-offset`.
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
  /// What a device may use.
  let quota: UploadQuota
  /// Files that belong to no row yet, because they are just being made.
  let inMaking = Mutex<Set<UniqueID>>([])

  /// Uploads below this directory, which is made when it is not there.
  public init(
    directory: String, store: any CentralStore, blobs: any BlobStore, intake: Intake,
    quota: UploadQuota = UploadQuota(), now: @escaping @Sendable () -> Int64,
    makeID: @escaping @Sendable () -> UniqueID
  ) throws {
    self.directory = directory
    self.store = store
    self.blobs = blobs
    photos = PhotoShelf(store: store, files: blobs)
    self.intake = intake
    self.quota = quota
    self.now = now
    self.makeID = makeID
    try DurableFiles.makeDirectory(directory)
  }

  /// What is announced of an upload when it is made.
  public struct Announcement: Sendable {
    /// What all the bytes are; nil for a partial upload.
    public var content: Upload.Content?
    /// How many there are; nil as long as that is not known.
    public var length: Int64?
    /// `Upload-Metadata` as it was sent.
    public var metadata: String

    /// An announcement as given.
    public init(_ content: Upload.Content?, length: Int64?, metadata: String) {
      self.content = content
      self.length = length
      self.metadata = metadata
    }
  }

  /// Makes an upload, or finds the one of the same bytes (PROTOCOL.md §6).
  ///
  /// - Throws: `UploadFault.tooLarge`, `.quotaExceeded` or `.diskLow`, or what
  ///   the store throws.
  public func create(_ announced: Announcement, device: UniqueID) throws -> Upload {
    let made = Upload(
      id: makeID(), device: device, content: announced.content, length: announced.length,
      concat: announced.content == nil ? "partial" : nil, metadata: announced.metadata,
      createdAt: now())
    let most = made.content?.limit ?? Limits.photoBytes
    guard made.limit >= 0, made.limit <= most else { throw UploadFault.tooLarge }
    try collectHourly()
    if let found = try find(like: made) {
      if !isExpired(found), try !isHollow(found) { return found }
      try terminate(found)
    }
    let upload = try store.write { try self.put(made, in: $0) }
    if upload.id == made.id, upload.isSegment { try dropOldSegments(but: upload) }
    return upload
  }

  private func put(_ made: Upload, in transaction: any CentralWriting) throws -> Upload {
    // Looked up again: another request may have been faster.
    if let found = try Self.find(like: made, in: transaction) { return found }
    var upload = made
    if case .photo(let sha256) = made.content, let length = made.length,
      try transaction.photoBytes(sha256) == length, try isPlaced(made)
    {
      upload.receipt = .photo(epoch: try transaction.epoch(), sha256: sha256, bytes: length)
    } else {
      try checkRoom(for: made, in: transaction)
    }
    try transaction.put(upload)
    return upload
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
    if upload.receipt != nil { return upload.limit }
    // A request in hand is ended first: its bytes are then all in the file.
    preempt(upload.id)
    if try isPlaced(upload) { return upload.limit }
    guard let file = try UploadFile.existing(path(of: upload.id)) else {
      // Nothing came yet, or it was completed a moment ago.
      return try store.read { try $0.upload(upload.id) }?.receipt == nil ? 0 : upload.limit
    }
    return min(try file.acknowledge(), upload.limit)
  }

  /// Takes an upload in hand, ending whatever request had it, and sets a
  /// length that was deferred.
  ///
  /// - Throws: `UploadFault.offset` when the upload stands elsewhere, `.final`
  ///   when it was put together of parts, `.lengthSet` when it has another
  ///   length already, `.diskLow`. Nothing is changed then.
  public func open(
    _ upload: Upload, at offset: Int64, length: Int64? = nil,
    onPreempted: @escaping @Sendable () -> Void
  ) throws -> UploadWriter {
    guard !upload.isFinal else { throw UploadFault.final }
    if !upload.isSegment { try checkDisk(for: upload.limit - offset) }
    let writer = writers.withLock { writers in
      let writer = UploadWriter(
        upload: upload, after: writers[upload.id], onPreempted: onPreempted)
      writers[upload.id] = writer
      return writer
    }
    writer.takeOver()
    do {
      try writer.begin(UploadFile(path: path(of: upload.id)), at: offset)
      if let length { writer.note(try set(length, of: upload, at: offset)) }
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
    let upload = writer.upload
    // A partial upload is complete only as a part of another.
    guard file.size == upload.length, upload.content != nil else { return (file.size, nil) }
    return (file.size, try complete(upload, file, device: device))
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

  private func set(_ length: Int64, of upload: Upload, at offset: Int64) throws -> Upload {
    guard length <= upload.limit || upload.length != nil else { throw UploadFault.tooLarge }
    return try store.write { transaction in
      guard var current = try transaction.upload(upload.id) else { throw UploadFault.unknown }
      if current.length == nil, length >= offset { current.length = length }
      guard current.length == length else { throw UploadFault.lengthSet }
      try transaction.put(current)
      return current
    }
  }

  private func find(like upload: Upload) throws -> Upload? {
    try store.read { try Self.find(like: upload, in: $0) }
  }

  /// Whoever defers the length or sends in parts says that this upload is meant
  /// and no other of the same bytes.
  private static func find(
    like upload: Upload, in transaction: any CentralReading
  ) throws -> Upload? {
    guard let content = upload.content, let length = upload.length else { return nil }
    return try transaction.upload(device: upload.device, content: content, length: length)
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
