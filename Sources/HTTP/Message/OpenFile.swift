import Glibc

/// A file open for reading, closed with its last reference.
public final class OpenFile: Sendable {
  /// The descriptor; valid as long as this object is.
  public let descriptor: Int32

  /// Takes over a descriptor and will close it.
  public init(adopting descriptor: Int32) { self.descriptor = descriptor }

  /// Opens a file for reading; a symbolic link as the last component is refused.
  public init(path: String) throws(SocketError) {
    let opened = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard opened >= 0 else { throw SocketError(call: .open, code: errno) }
    descriptor = opened
  }

  deinit { close(descriptor) }

  /// The file's present size in bytes; nil when it cannot be told.
  public var size: Int64? {
    var status = stat()
    return fstat(descriptor, &status) == 0 ? Int64(status.st_size) : nil
  }
}
