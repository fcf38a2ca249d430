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
  let path: String
  private(set) var size: Int64
  private let descriptor: Int32
  private var digest = SHA256()
  /// How far `digest` has come; it falls behind only when a file is reopened.
  private var digested: Int64 = 0
  private static let readBytes = 262_144

  init(path: String) throws(BlobFault) {
    self.path = path
    let isNew = access(path, F_OK) != 0
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw BlobFault(errno: errno) }
    self.descriptor = descriptor
    do { size = try DurableFiles.size(of: descriptor) } catch {
      close(descriptor)
      throw error
    }
    if isNew {
      let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) ?? path.startIndex
      try DurableFiles.syncDirectory(String(path[..<slash]))
    }
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
  }

  /// Makes everything durable and returns the offset that may be told.
  func acknowledge() throws(BlobFault) -> Int64 {
    guard fdatasync(descriptor) == 0 else { throw BlobFault(errno: errno) }
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
