import Glibc

/// A file written over several runs: `PATH.part` until it is whole, then `PATH`.
///
/// What an earlier run left is compared with what comes, so whatever of it is
/// right need not be written again, and nothing of it has to be trusted: not
/// what a pulled stick kept, nor another bundle's beginning.
public final class ResumedFile {
  /// Bytes that were there already.
  public private(set) var kept: Int64 = 0
  /// Bytes so far.
  public private(set) var size: Int64 = 0
  private let path: String
  private let descriptor: Int32
  /// Whether what comes was there so far.
  private var isComparing = true
  private static let syncEvery: Int64 = 8_388_608
  private var unsynced: Int64 = 0
  private var partPath: String { path + ".part" }

  /// Goes on with a file, or begins it.
  ///
  /// - Throws: `.alreadyExists` when another run writes it.
  public init(_ path: String) throws(FileFault) {
    self.path = path
    descriptor = open(path + ".part", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw FileFault(errno: errno) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let reason = errno
      close(descriptor)
      throw reason == EWOULDBLOCK ? .alreadyExists : FileFault(errno: reason)
    }
  }

  deinit { close(descriptor) }

  /// Puts the next bytes into the file, unless they are there.
  public func put(_ bytes: [UInt8]) throws(FileFault) {
    var done = 0
    if isComparing {
      done = try agreement(with: bytes)
      kept += Int64(done)
      size += Int64(done)
      guard done < bytes.count else { return }
      isComparing = false
      // Whatever lies beyond is of another bundle, or was torn.
      guard ftruncate(descriptor, off_t(size)) == 0 else { throw FileFault(errno: errno) }
    }
    try append(bytes[done...])
  }

  /// Makes the file durable and gives it its name.
  public func finish() throws(FileFault) {
    guard ftruncate(descriptor, off_t(size)) == 0, fsync(descriptor) == 0,
      rename(partPath, path) == 0
    else { throw FileFault(errno: errno) }
    let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) }
    do throws(FileFault) { try POSIXFileSystem().synchronizeDirectory(folder ?? ".") } catch {
      // FAT, which sticks are formatted with, may not know how.
      guard error == .other(errno: EINVAL) else { throw error }
    }
  }

  private func agreement(with bytes: [UInt8]) throws(FileFault) -> Int {
    var there = [UInt8](repeating: 0, count: bytes.count)
    var filled = 0
    while filled < there.count {
      let count = there.withUnsafeMutableBytes {
        pread(
          descriptor, $0.baseAddress?.advanced(by: filled), $0.count - filled,
          off_t(size) + off_t(filled))
      }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw FileFault(errno: errno) }
      guard count > 0 else { break }
      filled += count
    }
    if filled == bytes.count, there == bytes { return filled }
    return zip(there.prefix(filled), bytes).prefix { $0 == $1 }.count
  }

  private func append(_ bytes: ArraySlice<UInt8>) throws(FileFault) {
    var rest = bytes
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        pwrite(descriptor, $0.baseAddress, $0.count, off_t(size))
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw FileFault(errno: count < 0 ? errno : EIO) }
      size += Int64(count)
      unsynced += Int64(count)
      rest = rest.dropFirst(count)
    }
    // A stick that is pulled has most of it.
    guard unsynced >= Self.syncEvery else { return }
    guard fdatasync(descriptor) == 0 else { throw FileFault(errno: errno) }
    unsynced = 0
  }
}
