import CLinux
import Glibc
import SyncProtocol

/// The bytes of one unfinished upload: a file that only grows.
///
/// *Invariant:* `acknowledge` returns an offset only after those bytes are on
/// the disk. Bytes after it may be there too (a torn request, a crash); they
/// are fsynced before anybody is told of them, and the whole is verified by
/// its SHA-256 in the end.
///
/// `@unchecked Sendable`: a request's file is touched under the lock of its
/// `UploadWriter` only, any other by the thread that opened it.
final class UploadFile: @unchecked Sendable {
  /// Makes a file's bytes durable; tests give a disk that fails.
  typealias Sync = (_ descriptor: Int32) -> Int32

  let path: String
  private(set) var size: Int64
  private let descriptor: Int32
  private let sync: Sync
  /// Bytes that were durable when last asked.
  private var durable: Int64
  private var digest = SHA256()
  /// How far `digest` has come; it falls behind only when a file is reopened.
  private var digested: Int64 = 0
  private static let readBytes = 262_144
  /// How far the kernel was asked to begin writing.
  private var begun: Int64 = 0
  /// Writing begins in the background each so many bytes, so that the last
  /// fdatasync of a large photo finds little to do.
  private static let beginBytes: Int64 = 4_194_304

  /// Opens the file, which is made when it is not there.
  convenience init(path: String, sync: @escaping Sync = fdatasync) throws(BlobFault) {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw BlobFault(errno: errno) }
    try self.init(path: path, descriptor: descriptor, sync: sync)
  }

  /// Makes a file whose name need not last: it is renamed before anybody is told
  /// of it.
  convenience init(scratch path: String) throws(BlobFault) {
    let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw BlobFault(errno: errno) }
    try self.init(path: path, descriptor: descriptor, sync: fdatasync, nameLasts: false)
  }

  /// The file when it is there.
  static func existing(_ path: String) throws(BlobFault) -> UploadFile? {
    let descriptor = open(path, O_RDWR | O_CLOEXEC)
    if descriptor < 0, errno == ENOENT { return nil }
    guard descriptor >= 0 else { throw BlobFault(errno: errno) }
    return try UploadFile(path: path, descriptor: descriptor, sync: fdatasync)
  }

  private init(
    path: String, descriptor: Int32, sync: @escaping Sync, nameLasts: Bool = true
  ) throws(BlobFault) {
    self.path = path
    self.descriptor = descriptor
    self.sync = sync
    size = 0
    durable = 0
    size = try DurableFiles.size(of: descriptor)
    durable = size
    begun = size
    // Whoever made the file may have been killed before its name was durable;
    // bytes are written only after this.
    if size == 0, nameLasts { try DurableFiles.syncDirectory(DurableFiles.parent(of: path)) }
  }

  deinit { close(descriptor) }

  /// Appends bytes. On a full disk what fitted stays.
  func append(_ bytes: UnsafeRawBufferPointer) throws(BlobFault) {
    var rest = bytes
    while !rest.isEmpty {
      let written = pwrite(descriptor, rest.baseAddress, rest.count, off_t(size))
      if written < 0 {
        if errno == EINTR { continue }
        throw BlobFault(errno: errno)
      }
      let stored = UnsafeRawBufferPointer(rebasing: rest[..<written])
      if digested == size {
        digest.update(stored)
        digested += Int64(written)
      }
      size += Int64(written)
      rest = UnsafeRawBufferPointer(rebasing: rest[written...])
    }
    if size - begun >= Self.beginBytes {
      // Only a hint: whether the bytes are durable is for fdatasync to say.
      _ = sync_file_range(
        descriptor, off_t(begun), off_t(size - begun), CLINUX_SYNC_FILE_RANGE_WRITE)
      begun = size
    }
  }

  /// Makes everything durable and returns the offset that may be told.
  ///
  /// When the disk fails, the bytes since the last time are given up: the
  /// kernel reports a failed write-back once, and would call the same bytes
  /// durable when asked again.
  func acknowledge() throws(BlobFault) -> Int64 {
    guard sync(descriptor) == 0 else {
      let fault = BlobFault(errno: errno)
      if ftruncate(descriptor, off_t(durable)) == 0 {
        size = durable
        digest = SHA256()
        digested = 0
      }
      throw fault
    }
    durable = size
    return size
  }

  /// The SHA-256 of all bytes so far.
  func currentDigest() throws(BlobFault) -> Digest {
    try catchUp()
    let copy = digest
    return copy.finalize()
  }

  /// All bytes, when there are no more than the limit.
  func contents(limit: Int) throws(BlobFault) -> [UInt8]? {
    guard size <= Int64(limit) else { return nil }
    var bytes = [UInt8](repeating: 0, count: Int(size))
    var filled = 0
    while filled < bytes.count {
      let offset = filled
      let read = bytes.withUnsafeMutableBytes {
        pread(descriptor, $0.baseAddress.map { $0 + offset }, $0.count - offset, off_t(offset))
      }
      if read < 0, errno == EINTR { continue }
      guard read > 0 else { throw BlobFault(errno: read < 0 ? errno : EIO) }
      filled += read
    }
    return bytes
  }

  /// Hands over all bytes in order, at most 256 KiB at a time.
  func forEachSlice(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    var buffer = [UInt8](repeating: 0, count: Self.readBytes)
    var offset: Int64 = 0
    while offset < size {
      let wanted = min(buffer.count, Int(size - offset))
      let count = buffer.withUnsafeMutableBytes {
        pread(descriptor, $0.baseAddress, wanted, off_t(offset))
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw BlobFault(errno: count < 0 ? errno : EIO) }
      try buffer.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
      offset += Int64(count)
    }
  }

  /// The SHA-256 of a file that is only looked at.
  static func digest(ofFile path: String) throws(BlobFault) -> Digest {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw BlobFault(errno: errno) }
    defer { close(descriptor) }
    var digest = SHA256()
    var buffer = [UInt8](repeating: 0, count: readBytes)
    while true {
      let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw BlobFault(errno: errno) }
      if count == 0 { return digest.finalize() }
      buffer.withUnsafeBytes { digest.update(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    }
  }

  private func catchUp() throws(BlobFault) {
    guard digested < size else { return }
    var buffer = [UInt8](repeating: 0, count: Self.readBytes)
    while digested < size {
      let wanted = min(buffer.count, Int(size - digested))
      let read = buffer.withUnsafeMutableBytes {
        pread(descriptor, $0.baseAddress, wanted, off_t(digested))
      }
      if read < 0, errno == EINTR { continue }
      guard read > 0 else { throw BlobFault(errno: read < 0 ? errno : EIO) }
      buffer.withUnsafeBytes { digest.update(UnsafeRawBufferPointer(rebasing: $0[..<read])) }
      digested += Int64(read)
    }
  }
}
