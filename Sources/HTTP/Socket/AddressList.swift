import CLinux
import Glibc

/// What getaddrinfo found for a host, in its order of preference.
final class AddressList: Sequence {
  private let first: UnsafeMutablePointer<addrinfo>?

  init(host: String, port: Int, passive: Bool) throws(SocketError) {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    hints.ai_flags = AI_NUMERICSERV | (passive ? AI_PASSIVE : 0)
    var found: UnsafeMutablePointer<addrinfo>?
    let code = getaddrinfo(host, String(port), &hints, &found)
    guard code == 0 else { throw SocketError(call: .resolve, code: code) }
    first = found
  }

  deinit { freeaddrinfo(first) }

  func makeIterator() -> AnyIterator<addrinfo> {
    var next = first
    return AnyIterator {
      defer { next = next?.pointee.ai_next }
      return next?.pointee
    }
  }

  /// The numeric address, without the port; empty when there is none.
  static func text(_ storage: inout sockaddr_storage, _ length: socklen_t) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(NI_MAXHOST)) { name in
      let code = withUnsafePointer(to: &storage) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          getnameinfo(
            $0, length, name.baseAddress, socklen_t(name.count), nil, 0, NI_NUMERICHOST)
        }
      }
      guard code == 0, let start = name.baseAddress else { return "" }
      return String(cString: start)
    }
  }

  /// The port a socket is bound to; 0 when it is not.
  static func localPort(_ descriptor: Int32) -> Int {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    return withUnsafeMutablePointer(to: &storage) { pointer in
      let raw = UnsafeMutableRawPointer(pointer)
      let code = getsockname(descriptor, raw.assumingMemoryBound(to: sockaddr.self), &length)
      guard code == 0 else { return 0 }
      // sin_port and sin6_port lie at the same offset, in network order.
      return Int(UInt16(bigEndian: raw.load(fromByteOffset: 2, as: UInt16.self)))
    }
  }
}
