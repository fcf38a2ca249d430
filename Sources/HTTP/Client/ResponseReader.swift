import Glibc

/// Reads responses from one connection; keeps what was read beyond what was used.
final class ResponseReader {
  private static let bufferBytes = 64 << 10

  private let socket: ClientSocket
  private let limits: ClientLimits
  private let buffer: UnsafeMutableRawBufferPointer
  private var start = 0
  private var end = 0
  private var scanner = HeadScanner()
  private var interims = 0

  /// Whether any byte of the current response has come.
  private(set) var hasBegun = false

  init(socket: ClientSocket, limits: ClientLimits) {
    self.socket = socket
    self.limits = limits
    let room = max(ResponseReader.bufferBytes, 2 * limits.headerBytes + 16)
    buffer = .allocate(byteCount: room, alignment: 16)
  }

  deinit { buffer.deallocate() }

  var hasLeftovers: Bool { end > start }

  /// Forgets the last response.
  func begin() {
    hasBegun = false
    interims = 0
    scanner = HeadScanner()
  }

  /// The final head, if what has come so far completes it; interim ones are skipped.
  func finalHead() throws(ClientError) -> ResponseHead? {
    while let head = try nextHead() {
      // 101 would change the protocol, which nobody asked for.
      if head.status == 101 { throw .malformed(.badStartLine) }
      if head.status >= 200 { return head }
      interims += 1
      if interims > limits.interimResponses { throw .malformed(.headersTooLarge) }
    }
    return nil
  }

  private func nextHead() throws(ClientError) -> ResponseHead? {
    let bytes = UnsafeRawBufferPointer(rebasing: buffer[start..<end])
    guard !bytes.isEmpty else { return nil }
    do throws(MessageFault) {
      guard
        let length = try scanner.scan(
          bytes, startLineLimit: limits.headerBytes, headerLimit: limits.headerBytes)
      else { return nil }
      let head = try ResponseHead(
        parsing: UnsafeRawBufferPointer(rebasing: bytes[..<length]),
        fieldLimit: limits.headerCount)
      start += length
      scanner = HeadScanner()
      return head
    } catch {
      throw .malformed(error)
    }
  }

  /// Reads what is there now; false when there is nothing; throws `closedEarly` at the end.
  func readAvailable() throws(ClientError) -> Bool {
    makeRoom()
    let room = UnsafeMutableRawBufferPointer(rebasing: buffer[end...])
    guard let count = try socket.receive(room) else { return false }
    if count == 0 { throw .closedEarly }
    end += count
    hasBegun = true
    return true
  }

  private func makeRoom() {
    if start == end { (start, end) = (0, 0) }
    guard start > 0, end == buffer.count else { return }
    buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[start..<end]))
    (start, end) = (0, end - start)
  }

  /// Waits for the final head.
  func awaitHead() throws(ClientError) -> ResponseHead {
    let last = MonotonicTime.now().adding(seconds: limits.headSeconds)
    while true {
      if let head = try finalHead() { return head }
      try fill(until: last)
    }
  }

  private func fill(until last: MonotonicTime = .distantFuture) throws(ClientError) {
    let idle = MonotonicTime.now().adding(seconds: limits.idleSeconds)
    repeat {
      _ = try socket.wait(POLLIN, until: min(last, idle), step: .receive)
    } while try !readAvailable()
  }

  /// Hands on the body slice by slice; gives whether the connection may be used again.
  func readBody(
    _ head: ResponseHead, method: String, limit: Int64,
    _ take: (UnsafeRawBufferPointer) throws(ClientError) -> Void
  ) throws(ClientError) -> Bool {
    if method == "HEAD" || head.status == 204 || head.status == 304 { return true }
    let length: MessageLength
    do {
      length = try MessageLength(head.headers)
    } catch {
      throw .malformed(error)
    }
    switch length {
    case .fixed(let count):
      if count > limit { throw .responseTooLarge }
      try readFixed(count, take)
      return true
    case .chunked:
      try readChunked(limit, take)
      return true
    case .unstated:
      try readToEnd(limit, take)
      return false
    }
  }

  private func readFixed(
    _ count: Int64, _ take: (UnsafeRawBufferPointer) throws(ClientError) -> Void
  ) throws(ClientError) {
    var left = count
    while left > 0 {
      if start == end { try fill() }
      let size = Int(min(left, Int64(end - start)))
      try take(UnsafeRawBufferPointer(rebasing: buffer[start..<(start + size)]))
      start += size
      left -= Int64(size)
    }
  }

  private func readChunked(
    _ limit: Int64, _ take: (UnsafeRawBufferPointer) throws(ClientError) -> Void
  ) throws(ClientError) {
    var decoder = ChunkedDecoder(trailerLimit: limits.headerBytes, fieldLimit: limits.headerCount)
    var left = limit
    while true {
      if start == end { try fill() }
      let bytes = UnsafeRawBufferPointer(rebasing: buffer[start..<end])
      var index = 0
      let step: ChunkedDecoder.Step
      do {
        step = try decoder.next(bytes, &index)
      } catch {
        throw .malformed(error)
      }
      start += index
      switch step {
      case .needMore: continue
      case .finished: return
      case .payload(let range):
        left -= Int64(range.count)
        if left < 0 { throw .responseTooLarge }
        try take(UnsafeRawBufferPointer(rebasing: bytes[range]))
      }
    }
  }

  /// A body that ends with the connection (RFC 9112 §6.3, rule 8).
  private func readToEnd(
    _ limit: Int64, _ take: (UnsafeRawBufferPointer) throws(ClientError) -> Void
  ) throws(ClientError) {
    var left = limit
    while true {
      if end > start {
        left -= Int64(end - start)
        if left < 0 { throw .responseTooLarge }
        try take(UnsafeRawBufferPointer(rebasing: buffer[start..<end]))
        start = end
      }
      do throws(ClientError) {
        try fill()
      } catch {
        if error == .closedEarly { return }
        throw error
      }
    }
  }
}
