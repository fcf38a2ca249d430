import Glibc

/// One connection: sends bytes, ends its side, reads what comes to the end.
enum Exchange {
  enum Outcome: Equatable {
    case answered([UInt8])
    /// Reset: a fair end for garbage.
    case reset
    case silent
    case unreachable(Int32)
  }

  /// Longer than any deadline of the server that an input may run into.
  static let limitSeconds = 100

  static func run(port: Int, _ pieces: [ArraySlice<UInt8>]) -> Outcome {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { return .unreachable(errno) }
    defer { close(descriptor) }
    var limit = timeval(tv_sec: limitSeconds, tv_usec: 0)
    let size = socklen_t(MemoryLayout<timeval>.size)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
    guard connect(descriptor, port) else { return .unreachable(errno) }
    for piece in pieces where !send(descriptor, piece) { break }
    shutdown(descriptor, Int32(SHUT_WR))
    return receive(descriptor)
  }

  private static func connect(_ descriptor: Int32, _ port: Int) -> Bool {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }

  /// False when the other end would hear no more; its answer is read all the same.
  private static func send(_ descriptor: Int32, _ bytes: ArraySlice<UInt8>) -> Bool {
    var rest = bytes
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count <= 0 { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }

  private static func receive(_ descriptor: Int32) -> Outcome {
    var answer: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = recv(descriptor, &buffer, buffer.count, 0)
      if count == 0 { return .answered(answer) }
      if count < 0 { return errno == EAGAIN ? .silent : .reset }
      answer += buffer[..<count]
    }
  }
}
