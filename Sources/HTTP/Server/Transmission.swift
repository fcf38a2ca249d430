import CLinux
import Glibc

/// A response on its way out; keeps its place over partial writes.
final class Transmission {
  enum Progress { case done, blocked, yielded, broken }

  private let head: [UInt8]
  private let body: Response.Body
  private let total: Int64
  private var sent: Int64 = 0

  /// Bytes of the body that lie in memory until the last of them is sent.
  var memoryBytes: Int64 {
    if case .bytes(let bytes) = body { return Int64(bytes.count) }
    return 0
  }

  init(head: [UInt8], body: Response.Body) {
    self.head = head
    self.body = body
    total = Int64(head.count) + body.length
  }

  /// Writes until all is sent, the socket is full, or `budget` bytes went out.
  func advance(_ descriptor: Int32, budget: Int, written: inout Int64) -> Progress {
    var left = budget
    while sent < total {
      if left <= 0 { return .yielded }
      let count = sendOnce(descriptor)
      if count > 0 {
        sent += Int64(count)
        written += Int64(count)
        left -= count
      } else if count == 0 {
        // The file is shorter than promised; only a break tells the client so.
        return .broken
      } else if errno == EAGAIN || errno == EWOULDBLOCK {
        return .blocked
      } else if errno != EINTR {
        return .broken
      }
    }
    return .done
  }

  private func sendOnce(_ descriptor: Int32) -> Int {
    let headCount = Int64(head.count)
    switch body {
    case .empty: return sendMemory(descriptor, [], flags: 0)
    case .bytes(let bytes): return sendMemory(descriptor, bytes, flags: 0)
    case .file(let file, let offset, length: _):
      if sent < headCount { return sendMemory(descriptor, [], flags: Int32(MSG_MORE)) }
      var position = off_t(offset + sent - headCount)
      return sendfile(descriptor, file.descriptor, &position, Int(min(total - sent, 1 << 20)))
    }
  }

  /// What is left of the head and of the body, in one system call.
  private func sendMemory(_ descriptor: Int32, _ bytes: [UInt8], flags: Int32) -> Int {
    let headLeft = max(0, head.count - Int(sent))
    let bodySent = max(0, Int(sent) - head.count)
    return head.withUnsafeBytes { head in
      bytes.withUnsafeBytes { body in
        withUnsafeTemporaryAllocation(of: iovec.self, capacity: 2) { parts in
          parts[0] = iovec(
            iov_base: UnsafeMutableRawPointer(
              mutating: head.baseAddress.map { $0 + (head.count - headLeft) }),
            iov_len: headLeft)
          parts[1] = iovec(
            iov_base: UnsafeMutableRawPointer(mutating: body.baseAddress.map { $0 + bodySent }),
            iov_len: body.count - min(bodySent, body.count))
          var message = msghdr()
          message.msg_iov = parts.baseAddress
          message.msg_iovlen = 2
          return sendmsg(descriptor, &message, flags | Int32(MSG_NOSIGNAL))
        }
      }
    }
  }
}
