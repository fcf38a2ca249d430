import Glibc
import SyncProtocol

/// A file that is read twice: to verify it, then to take it.
final class BundleFile {
  private let descriptor: Int32

  init(_ path: String) throws(BundleImport.Fault) {
    // A pipe cannot be read twice; without O_NONBLOCK opening one waits.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .unreadable(errno: errno) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw .unreadable(errno: EINVAL)
    }
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  func rewind() throws(BundleImport.Fault) {
    guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw .unreadable(errno: errno) }
  }

  /// A reader that goes on where the file stands.
  func reader() -> BundleReader {
    BundleReader { [self] buffer in
      while true {
        let count = read(descriptor, buffer.baseAddress, buffer.count)
        if count >= 0 { return count }
        guard errno == EINTR else { throw BundleImport.Fault.unreadable(errno: errno) }
      }
    }
  }
}
