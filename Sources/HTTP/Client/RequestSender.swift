import Glibc

/// Sends one request while it watches for an early response.
struct RequestSender {
  private static let sliceBytes = 64 << 10

  let socket: ClientSocket
  let reader: ResponseReader
  let limits: ClientLimits

  private var pending: [UInt8]
  private var pendingSent = 0
  private let body: ClientBody
  private var bodyTaken: Int64 = 0
  private let headBytes: Int64
  private var sent: Int64 = 0

  init(
    head: [UInt8], body: ClientBody, socket: ClientSocket, reader: ResponseReader,
    limits: ClientLimits
  ) {
    self.socket = socket
    self.reader = reader
    self.limits = limits
    self.body = body
    pending = head
    headBytes = Int64(head.count)
    // A small body shares the head's segment.
    if case .bytes(let bytes) = body, bytes.count <= RequestSender.sliceBytes {
      pending.append(contentsOf: bytes)
      bodyTaken = Int64(bytes.count)
    }
  }

  /// Sends everything; a response's head when the final one came before the end.
  mutating func run(progress: ((Int64) -> Void)?) throws(ClientError) -> ResponseHead? {
    while try hasMore() {
      let deadline = MonotonicTime.now().adding(seconds: limits.idleSeconds)
      let events = try socket.wait(POLLIN | POLLOUT, until: deadline, step: .send)
      if events & POLLIN != 0, let head = try earlyHead() { return head }
      guard events & POLLOUT != 0 else { continue }
      do throws(ClientError) {
        try sendPending()
      } catch {
        // The server may have answered before it closed.
        guard error == .reset, let head = lastWords() else { throw error }
        return head
      }
      progress?(max(0, sent - headBytes))
    }
    return nil
  }

  private func earlyHead() throws(ClientError) -> ResponseHead? {
    do throws(ClientError) {
      while try reader.readAvailable() {
        if let head = try reader.finalHead() { return head }
      }
    } catch {
      if error == .closedEarly, let head = try reader.finalHead() { return head }
      throw error
    }
    return nil
  }

  private func lastWords() -> ResponseHead? {
    do throws(ClientError) {
      return try earlyHead()
    } catch {
      return nil  // The caller throws the reset, which says more.
    }
  }

  private mutating func sendPending() throws(ClientError) {
    let from = pendingSent
    let socket = socket
    let result: Result<Int, ClientError> = pending.withUnsafeBytes { bytes in
      Result { () throws(ClientError) in
        try socket.send(UnsafeRawBufferPointer(rebasing: bytes[from...]))
      }
    }
    let count = try result.get()
    pendingSent += count
    sent += Int64(count)
  }

  /// Makes `pending` hold the next unsent bytes; false at the end.
  private mutating func hasMore() throws(ClientError) -> Bool {
    if pendingSent < pending.count { return true }
    let left = body.length - bodyTaken
    guard left > 0 else { return false }
    let size = Int(min(left, Int64(RequestSender.sliceBytes)))
    switch body {
    case .none: return false
    case .bytes(let bytes):
      let from = Int(bodyTaken)
      pending = Array(bytes[from..<(from + size)])
    case .file(let descriptor, let offset, length: _):
      try readFile(descriptor, at: offset + bodyTaken, size)
    }
    pendingSent = 0
    bodyTaken += Int64(pending.count)
    return true
  }

  private mutating func readFile(
    _ descriptor: Int32, at offset: Int64, _ size: Int
  ) throws(ClientError) {
    var count = 0
    pending = [UInt8](unsafeUninitializedCapacity: size) { room, filled in
      repeat {
        count = pread(descriptor, room.baseAddress, size, off_t(offset))
      } while count < 0 && errno == EINTR
      filled = max(0, count)
    }
    if count <= 0 { throw .bodyUnreadable(code: count < 0 ? errno : 0) }
  }
}
