// What the tests of the wire share: a raw socket that speaks and reads text,
// a handler made of a closure, and a sink that writes down what it was told.
import Glibc
import Testing

@testable import HTTP

/// A plain blocking socket to a server under test; gives up after ten seconds.
final class Wire {
  private let descriptor: Int32
  private var unread: [UInt8] = []

  struct Broken: Error, Equatable { let code: Int32 }

  struct Answer: Equatable {
    var status: Int
    var head: String
    var body: [UInt8]
    var text: String { String(decoding: body, as: UTF8.self) }

    func header(_ name: String) -> String? {
      let prefix = name.lowercased() + ": "
      return head.split(separator: "\r\n").first { $0.lowercased().hasPrefix(prefix) }
        .map { String($0.dropFirst(prefix.count)) }
    }
  }

  /// - Parameter room: bytes the system takes in unread; its own choice, which grows, unless said.
  init(port: Int, room: Int32? = nil) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw Broken(code: errno) }
    var seconds = timeval(tv_sec: 10, tv_usec: 0)
    let size = socklen_t(MemoryLayout<timeval>.size)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &seconds, size)
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &seconds, size)
    SocketOption.noDelay(descriptor)
    if var room {
      setsockopt(
        descriptor, SOL_SOCKET, SO_RCVBUF, &room, socklen_t(MemoryLayout<Int32>.size))
    }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let code = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    if code != 0 { throw Broken(code: errno) }
  }

  deinit { close(descriptor) }

  func send(_ text: String) throws { try send(Array(text.utf8)) }

  func send(_ bytes: [UInt8]) throws {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.send(
          descriptor, $0.baseAddress.map { $0 + sent }, $0.count - sent, Int32(MSG_NOSIGNAL))
      }
      if count <= 0 { throw Broken(code: errno) }
      sent += count
    }
  }

  func endSending() { shutdown(descriptor, Int32(SHUT_WR)) }

  func reset() {
    var option = linger(l_onoff: 1, l_linger: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    // AF_UNSPEC would also do; dup2 keeps the number valid for deinit.
    let other = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    dup2(other, descriptor)
    close(other)
  }

  /// The next bytes; empty at the end of the stream.
  func receive() throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 65536)
    let count = recv(descriptor, &bytes, bytes.count, 0)
    if count < 0 { throw Broken(code: errno) }
    return Array(bytes[..<count])
  }

  /// Whether the peer ends the stream next, with nothing before it.
  func isAtEnd() throws -> Bool {
    if !unread.isEmpty { return false }
    unread = try receive()
    return unread.isEmpty
  }

  /// The next response by its Content-Length.
  func answer(hasBody: Bool = true) throws -> Answer {
    let mark = Array("\r\n\r\n".utf8)
    while true {
      if let end = (0..<max(0, unread.count - 3)).first(where: {
        unread[$0..<($0 + 4)].elementsEqual(mark)
      }) {
        let head = String(decoding: unread[..<end], as: UTF8.self)
        unread.removeFirst(end + 4)
        let status = Int(head.split(separator: " ")[1]) ?? 0
        var answer = Answer(status: status, head: head, body: [])
        let length = hasBody ? Int(answer.header("Content-Length") ?? "0") ?? 0 : 0
        while unread.count < length { try more() }
        answer.body = Array(unread[..<length])
        unread.removeFirst(length)
        return answer
      }
      try more()
    }
  }

  private func more() throws {
    let bytes = try receive()
    if bytes.isEmpty { throw Broken(code: 0) }
    unread.append(contentsOf: bytes)
  }
}

/// A handler made of a closure.
struct ClosureHandler: HTTPHandler {
  let make: @Sendable (RequestHead) -> BodyPlan
  func plan(_ head: RequestHead) -> BodyPlan { make(head) }
}

/// What the tests ask for most: /hello, /echo (body and trailer back), /path (path and query back).
struct EchoHandler: HTTPHandler {
  func plan(_ head: RequestHead) -> BodyPlan {
    switch head.path {
    case "/hello": return .respond(Response(status: 200, text: "hello"))
    case "/echo":
      return .collect(upTo: 1 << 20) { request in
        var response = Response(status: 200, body: .bytes(request.body))
        if let sum = request.trailers.first("X-Sum") { response.headers.add("X-Sum", sum) }
        return response
      }
    case "/small": return .collect(upTo: 10) { _ in Response(status: 204) }
    case "/login": return .respond(Response(status: 401, text: "who are you"))
    default: return .respond(Response(status: 404))
    }
  }
}

/// Writes down what it was told, and lets a test wait for it.
///
/// Sendable because everything lies in a monitor.
final class RecordingSink: BodySink, @unchecked Sendable {
  enum Ending: Equatable { case finished, failed, torn }
  struct Refusal: Error {}
  struct Record {
    var bytes: [UInt8] = []
    var largestWrite = 0
    var handle: ConnectionHandle?
    var ending: Ending?
    var endings = 0
  }

  let limit: Int64
  private let failsAfter: Int?
  let record = Monitor(Record())

  init(limit: Int64 = 1 << 30, failsAfter: Int? = nil) {
    self.limit = limit
    self.failsAfter = failsAfter
  }

  func begin(_ connection: ConnectionHandle) {
    record.withLockAndBroadcast { $0.handle = connection }
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws {
    let count = record.withLockAndBroadcast { record in
      record.bytes.append(contentsOf: bytes)
      record.largestWrite = max(record.largestWrite, bytes.count)
      return record.bytes.count
    }
    if let failsAfter, count > failsAfter { throw Refusal() }
  }

  func finish(trailers: Headers) -> Response {
    end(.finished)
    return Response(status: 201, text: "\(record.withLock { $0.bytes.count })")
  }

  func failed(_ error: any Error) -> Response {
    end(.failed)
    return Response(status: 507)
  }

  func torn() { end(.torn) }

  private func end(_ ending: Ending) {
    record.withLockAndBroadcast { record in
      record.ending = ending
      record.endings += 1
      record.handle = nil
    }
  }

  var bytes: [UInt8] { record.withLock { $0.bytes } }

  func awaitBytes(_ count: Int) -> Bool { wait { $0.bytes.count >= count } }

  func awaitEnding() -> Ending? {
    _ = wait { $0.ending != nil }
    return record.withLock { $0.ending }
  }

  private func wait(_ condition: (Record) -> Bool) -> Bool {
    let deadline = MonotonicTime.now().adding(seconds: 20)
    return record.wait(until: deadline) { condition($0) ? true : nil } ?? false
  }
}

/// Runs a test against a server that is stopped afterwards.
func withServer<Result>(
  _ handler: any HTTPHandler = EchoHandler(), limits: ServerLimits = ServerLimits(),
  workers: Int = 4, log: (any ServerLog)? = nil,
  _ body: (Int, HTTPServer) throws -> Result
) throws -> Result {
  let server = try HTTPServer(handler: handler, limits: limits, workers: workers, log: log)
  let port = try server.start(host: "127.0.0.1", port: 0)
  defer { server.stop(graceSeconds: 0) }
  return try body(port, server)
}

/// Bytes that differ at every place a mistake could shift them by (SplitMix64).
func pattern(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
  var random = SplitMix(seed: seed)
  return (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
}

struct SplitMix: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }
}
