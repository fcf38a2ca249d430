import Glibc
import Locks

/// Why a write to a stream did not happen.
public enum StreamFault: Error, Sendable, Equatable {
  /// The reader is gone (EPIPE): stop writing, quietly.
  case closed
  /// The write failed with this `errno` value, ENOSPC for one.
  case failed(code: Int32)
}

/// Where bytes go: a file descriptor, or a buffer in a test.
public protocol Outlet: Sendable {
  /// Writes all bytes, or throws; after a fault some of them may have been written.
  func write(_ bytes: [UInt8]) throws(StreamFault)
}

/// An outlet onto a file descriptor that somebody else opened and closes.
public struct DescriptorOutlet: Outlet {
  /// The descriptor written to.
  public let descriptor: Int32

  /// Writes to a descriptor.
  ///
  /// SIGPIPE must be ignored, or a closed pipe ends the process.
  public init(descriptor: Int32) {
    self.descriptor = descriptor
  }

  /// Writes all bytes through partial writes, EINTR and a full non-blocking pipe.
  public func write(_ bytes: [UInt8]) throws(StreamFault) {
    var offset = 0
    while offset < bytes.count {
      let written = bytes[offset...].withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      if written > 0 {
        offset += written
      } else if written == 0 {
        throw .failed(code: EIO)
      } else {
        try recover(from: errno)
      }
    }
  }

  private func recover(from code: Int32) throws(StreamFault) {
    switch code {
    case EINTR: return
    case EAGAIN:
      var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
      // Whatever poll says, the next write tells the truth.
      _ = poll(&wait, 1, -1)
    case EPIPE: throw .closed
    default: throw .failed(code: code)
    }
  }
}

/// An outlet that keeps what was written, for tests.
public final class BufferOutlet: Outlet {
  private let kept = Mutex<[UInt8]>([])

  /// Makes an empty buffer.
  public init() {}

  /// Appends the bytes.
  public func write(_ bytes: [UInt8]) throws(StreamFault) {
    kept.withLock { $0 += bytes }
  }

  /// All that was written so far.
  public var bytes: [UInt8] { kept.withLock { $0 } }

  /// All that was written so far, as text; what is no UTF-8 shows as U+FFFD.
  public var text: String { String(decoding: bytes, as: UTF8.self) }
}
