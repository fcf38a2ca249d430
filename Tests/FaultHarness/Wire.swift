import Foundation

/// A TCP socket of this machine, blocking, with a limit on every wait.
struct Wire {
  let descriptor: Int32
  private static let limit = timeval(tv_sec: 20, tv_usec: 0)

  init(_ descriptor: Int32) {
    self.descriptor = descriptor
    var limit = Self.limit
    let size = socklen_t(MemoryLayout<timeval>.size)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
    var on: Int32 = 1
    setsockopt(
      descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
  }

  private static func loopback(_ port: Int) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    return address
  }

  private static func with<T>(_ port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> T) -> T {
    withUnsafePointer(to: loopback(port)) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }

  private static func make() -> Int32 {
    socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
  }

  static func connect(port: Int) -> Wire? {
    let descriptor = make()
    guard descriptor >= 0 else { return nil }
    guard with(port, { Glibc.connect(descriptor, $0, $1) }) == 0 else {
      Glibc.close(descriptor)
      return nil
    }
    return Wire(descriptor)
  }

  /// A listener on a free port, and the port.
  static func listen() throws -> (descriptor: Int32, port: Int) {
    let descriptor = make()
    guard descriptor >= 0, with(0, { bind(descriptor, $0, $1) }) == 0,
      Glibc.listen(descriptor, 64) == 0
    else { throw HarnessFault("cannot listen: \(errno)") }
    var address = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &address) {
      _ = $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        getsockname(descriptor, $0, &length)
      }
    }
    return (descriptor, Int(in_port_t(bigEndian: address.sin_port)))
  }

  /// False when the other end is gone.
  @discardableResult
  func send(_ bytes: ArraySlice<UInt8>) -> Bool {
    var sent = bytes.startIndex
    while sent < bytes.endIndex {
      let count = bytes[sent...].withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      sent += count
    }
    return true
  }

  /// Some bytes; none at the end or when the connection broke.
  func receive() -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = recv(descriptor, &buffer, buffer.count, 0)
      if count < 0, errno == EINTR { continue }
      return count > 0 ? Array(buffer[..<count]) : []
    }
  }

  /// Ends one direction, as a program that finished does.
  func finish() { shutdown(descriptor, Int32(SHUT_WR)) }

  func close() { Glibc.close(descriptor) }

  /// Closes with RST, which throws away what is not sent yet.
  func reset() {
    var option = linger(l_onoff: 1, l_linger: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    Glibc.close(descriptor)
  }
}

/// One HTTP message as bytes, with what the harness looks at.
struct Message {
  var bytes: [UInt8]
  let headLength: Int
  let lines: [String]

  /// Reads one whole message; nil when the connection ends before.
  ///
  /// - Parameter hasBody: false for the answer to a HEAD.
  static func read(from wire: Wire, rest: inout [UInt8], hasBody: Bool = true) -> Message? {
    var bytes = rest
    rest = []
    while true {
      if let end = end(of: bytes) {
        let head = String(decoding: bytes[..<end], as: UTF8.self)
        let lines = head.components(separatedBy: "\r\n")
        var message = Message(bytes: [], headLength: end, lines: lines)
        let length = hasBody ? message.field("Content-Length").flatMap { Int($0) } ?? 0 : 0
        let isChunked = hasBody && message.field("Transfer-Encoding")?.lowercased() == "chunked"
        guard let whole = body(in: &bytes, from: end, length: length, isChunked, wire) else {
          return nil
        }
        rest = Array(bytes[whole...])
        message.bytes = Array(bytes[..<whole])
        return message
      }
      let more = wire.receive()
      if more.isEmpty || bytes.count > 1 << 20 { return nil }
      bytes += more
    }
  }

  /// Where the body ends that begins at `start`, read to its end; nil when the
  /// connection ends before.
  private static func body(
    in bytes: inout [UInt8], from start: Int, length: Int, _ isChunked: Bool, _ wire: Wire
  ) -> Int? {
    while true {
      if isChunked {
        if let end = chunksEnd(in: bytes, from: start) { return end }
      } else if bytes.count >= start + length {
        return start + length
      }
      let more = wire.receive()
      if more.isEmpty { return nil }
      bytes += more
    }
  }

  /// Behind the last chunk and its trailers (RFC 9112 §7.1); nil as long as they
  /// have not come.
  private static func chunksEnd(in bytes: [UInt8], from start: Int) -> Int? {
    var place = start
    var isLast = false
    while let line = bytes[place...].firstIndex(of: 10) {
      let text = String(decoding: bytes[place..<line], as: UTF8.self)
        .trimmingCharacters(in: .whitespacesAndNewlines)
      if isLast {
        if text.isEmpty { return line + 1 }
        place = line + 1
        continue
      }
      guard let size = Int(text.prefix { $0 != ";" }, radix: 16) else { return bytes.count }
      isLast = size == 0
      place = isLast ? line + 1 : line + 1 + size + 2
      guard place <= bytes.count else { return nil }
    }
    return nil
  }

  private static func end(of bytes: [UInt8]) -> Int? {
    guard bytes.count >= 4 else { return nil }
    for index in 3..<bytes.count
    where bytes[index] == 10 && bytes[index - 1] == 13 && bytes[index - 2] == 10 {
      return index + 1
    }
    return nil
  }

  func field(_ name: String) -> String? {
    let start = name.lowercased() + ":"
    return lines.first { $0.lowercased().hasPrefix(start) }.map {
      $0.dropFirst(start.count).trimmingCharacters(in: .whitespaces)
    }
  }

  /// Of a request.
  var method: String { String(lines[0].prefix { $0 != " " }) }
  var path: String { lines[0].split(separator: " ").dropFirst().first.map(String.init) ?? "" }
  /// Of an answer.
  var status: Int { Int(lines[0].split(separator: " ").dropFirst().first ?? "") ?? 0 }
  var hasBody: Bool { bytes.count > headLength }
}
