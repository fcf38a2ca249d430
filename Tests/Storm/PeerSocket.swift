import CLinux
import Glibc

/// A non-blocking connection to the server under load.
struct PeerSocket {
  let descriptor: Int32

  /// Begins to connect. Loopback has 2²⁴ addresses; several of them are used, so
  /// that 25,000 connections do not run out of ports.
  init?(port: UInt16, number: Int) {
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    descriptor = socket(AF_INET, kind, 0)
    guard descriptor >= 0 else { return nil }
    var on: Int32 = 1
    let size = socklen_t(MemoryLayout<Int32>.size)
    setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, size)
    // 24 is IP_BIND_ADDRESS_NO_PORT: the port is chosen at connect.
    setsockopt(descriptor, Int32(IPPROTO_IP), 24, &on, size)
    let source = 0x7f00_0002 + UInt32(number % 16)
    guard Self.call(source, 0, { Glibc.bind(descriptor, $0, $1) }) == 0,
      Self.call(0x7f00_0001, port, { connect(descriptor, $0, $1) }) == 0 || errno == EINPROGRESS
    else {
      close(descriptor)
      return nil
    }
  }

  private static func call(
    _ address: UInt32, _ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) -> Int32 {
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_addr.s_addr = address.bigEndian
    name.sin_port = port.bigEndian
    return withUnsafePointer(to: &name) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }
}

/// As much of an answer as has come.
struct Answer {
  private(set) var bytes: [UInt8] = []
  private var bodyStart: Int?
  private var length = 0
  private(set) var status = 0
  private(set) var retryAfter: UInt64 = 1
  private(set) var closes = false

  mutating func take(_ more: UnsafeRawBufferPointer) { bytes.append(contentsOf: more) }

  mutating func reset() {
    bytes.removeAll(keepingCapacity: bytes.capacity <= 65_536)
    bodyStart = nil
    length = 0
    retryAfter = 1
    closes = false
  }

  /// The body, once it is whole.
  mutating func body() -> ArraySlice<UInt8>? {
    if bodyStart == nil { readHead() }
    guard let bodyStart, bytes.count >= bodyStart + length else { return nil }
    return bytes[bodyStart..<bodyStart + length]
  }

  private mutating func readHead() {
    guard let end = headEnd() else { return }
    bodyStart = end
    let head = String(decoding: bytes[..<end], as: UTF8.self)
    status = Int(head.dropFirst(9).prefix(3)) ?? 0
    for line in head.split(separator: "\r\n") {
      let field = line.split(separator: ":", maxSplits: 1)
      guard field.count == 2 else { continue }
      let value = field[1].drop { $0 == " " }
      switch field[0].lowercased() {
      case "content-length": length = Int(value) ?? 0
      case "retry-after": retryAfter = UInt64(value) ?? 1
      case "connection": closes = value.lowercased() == "close"
      default: break
      }
    }
  }

  private func headEnd() -> Int? {
    guard bytes.count >= 4 else { return nil }
    for index in 3..<bytes.count
    where bytes[index] == 10 && bytes[index - 1] == 13 && bytes[index - 2] == 10 {
      return index + 1
    }
    return nil
  }
}
