/// The file operations that keeping a photo safe needs, so that tests can fill
/// the disk or pull the plug between any two of them.
///
/// Paths are used as given. Every operation may throw a `FileFault`.
public protocol FileSystem: Sendable {
  /// Opens an existing file for reading; never blocks on a pipe or device.
  func openForReading(_ path: String) throws(FileFault) -> OpenFile
  /// Creates a file that does not exist, readable by its owner only, for
  /// writing; `alreadyExists` otherwise.
  func create(_ path: String) throws(FileFault) -> OpenFile
  /// Reads at most as many bytes as fit; 0 at the end.
  func read(_ file: OpenFile, into buffer: UnsafeMutableRawBufferPointer) throws(FileFault) -> Int
  /// Writes some of the bytes and says how many; fewer than all is no error.
  func write(_ file: OpenFile, _ bytes: UnsafeRawBufferPointer) throws(FileFault) -> Int
  /// Returns once the file's bytes survive a loss of power.
  func synchronize(_ file: OpenFile) throws(FileFault)
  /// Gives the descriptor back. After `synchronize` nothing can be lost here.
  func close(_ file: OpenFile)
  /// What an open file is.
  func status(_ file: OpenFile) throws(FileFault) -> FileStatus
  /// What lies at a path, or nil when nothing does.
  func status(at path: String) throws(FileFault) -> FileStatus?
  /// Gives a file a new name at once, replacing what had it.
  func rename(_ path: String, to newPath: String) throws(FileFault)
  /// Removes the name of a file.
  func unlink(_ path: String) throws(FileFault)
  /// Makes a directory for its owner only; one that exists is no error.
  func makeDirectory(_ path: String) throws(FileFault)
  /// Returns once the names in a directory survive a loss of power.
  func synchronizeDirectory(_ path: String) throws(FileFault)
  /// The names in a directory, without `.` and `..`, in no order.
  func names(in directory: String) throws(FileFault) -> [String]
}

/// A file that a `FileSystem` opened.
public struct OpenFile: Sendable, Hashable {
  /// The number the file system knows it by; a file descriptor on the real one.
  public let descriptor: Int32

  /// A file of this number.
  public init(descriptor: Int32) {
    self.descriptor = descriptor
  }
}

/// What lies at a path.
public struct FileStatus: Sendable, Equatable {
  /// Whether it is a file with bytes, not a directory, pipe or device.
  public let isRegularFile: Bool
  /// Bytes.
  public let size: Int
  /// Seconds since 1970 of the last change.
  public let modifiedAt: Int64

  /// A status of these values.
  public init(isRegularFile: Bool, size: Int, modifiedAt: Int64) {
    self.isRegularFile = isRegularFile
    self.size = size
    self.modifiedAt = modifiedAt
  }
}

/// Why a file operation failed.
public enum FileFault: Error, Sendable, Equatable {
  /// Nothing lies at the path (ENOENT, ENOTDIR).
  case notFound
  /// Something lies there already (EEXIST).
  case alreadyExists
  /// The owner, the mode or a read-only disk forbids it (EACCES, EPERM, EROFS).
  case notPermitted
  /// The disk or the quota is full (ENOSPC, EDQUOT).
  case noSpace
  /// The device failed, or took no byte (EIO).
  case inputOutput
  /// Too many files are open (EMFILE, ENFILE).
  case tooManyOpenFiles
  /// Any other code of the system.
  case other(errno: Int32)

  /// Whether the same may succeed later without anybody changing a setting.
  public var isRetryable: Bool {
    switch self {
    case .noSpace, .inputOutput, .tooManyOpenFiles: true
    case .notFound, .alreadyExists, .notPermitted, .other: false
    }
  }
}

extension FileSystem {
  /// Writes all bytes, however few the system takes at a time.
  func writeAll(_ bytes: [UInt8], to file: OpenFile) throws(FileFault) {
    var done = 0
    while done < bytes.count {
      let outcome = bytes.withUnsafeBytes { all -> Result<Int, FileFault> in
        do throws(FileFault) {
          return .success(try write(file, UnsafeRawBufferPointer(rebasing: all[done...])))
        } catch {
          return .failure(error)
        }
      }
      let count = try outcome.get()
      // Nothing taken and no error would repeat for ever.
      guard count > 0 else { throw .inputOutput }
      done += count
    }
  }

  /// Reads to the end, but never more than `limit` bytes; nil when there are more.
  public func readAll(_ file: OpenFile, limit: Int) throws(FileFault) -> [UInt8]? {
    var bytes: [UInt8] = []
    let expected = min(try status(file).size, limit)
    bytes.reserveCapacity(expected + 1)
    var chunk = [UInt8](repeating: 0, count: 256 << 10)
    while true {
      let outcome = chunk.withUnsafeMutableBytes { buffer -> Result<Int, FileFault> in
        do throws(FileFault) {
          return .success(try read(file, into: buffer))
        } catch {
          return .failure(error)
        }
      }
      let count = try outcome.get()
      if count == 0 { return bytes }
      guard bytes.count + count <= limit else { return nil }
      bytes.append(contentsOf: chunk[..<count])
    }
  }
}
