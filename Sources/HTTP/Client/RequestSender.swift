import Glibc

/// Sends one request while it watches for an early response.
struct RequestSender {
  private static let sliceBytes = 64 << 10
  /// A chunk: little enough that an end is soon, its framing 0.1 %.
  private static let chunkBytes = 8 << 10

  let socket: ClientSocket
  let reader: ResponseReader
  let limits: ClientLimits

  private var pending: [UInt8]
  private var pendingSent = 0
  /// The body's bytes within `pending`, which may stand in a head or a chunk.
  private var pendingBody = 0..<0
  private let body: ClientBody
  private var bodyTaken: Int64 = 0
  /// Asked before every chunk but the first whether the body ends here; nil
  /// when it is sent whole and not chunked.
  private let endsEarly: (() -> Bool)?
  private var hasEnded = false

  init(
    head: [UInt8], body: ClientBody, endsEarly: (() -> Bool)?, socket: ClientSocket,
    reader: ResponseReader, limits: ClientLimits
  ) {
    self.socket = socket
    self.reader = reader
    self.limits = limits
    self.body = body
    self.endsEarly = endsEarly
    pending = head
    pendingBody = head.count..<head.count
    // A small body shares the head's segment.
    if endsEarly == nil, case .bytes(let bytes) = body, bytes.count <= RequestSender.sliceBytes {
      pending.append(contentsOf: bytes)
      pendingBody = head.count..<pending.count
      bodyTaken = Int64(bytes.count)
    }
  }

  /// Bytes of the body that the system has taken.
  private var bodySent: Int64 {
    let isBefore = pendingSent < pendingBody.lowerBound
    let left = isBefore ? pendingBody.count : max(0, pendingBody.upperBound - pendingSent)
    return bodyTaken - Int64(left)
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
      progress?(bodySent)
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
    pendingSent += try result.get()
  }

  /// Makes `pending` hold the next unsent bytes; false at the end.
  private mutating func hasMore() throws(ClientError) -> Bool {
    if pendingSent < pending.count { return true }
    let left = body.length - bodyTaken
    let isOver = left <= 0 || (bodyTaken > 0 && endsEarly?() == true)
    guard !isOver, !hasEnded else { return endChunks() }
    let most = endsEarly == nil ? RequestSender.sliceBytes : RequestSender.chunkBytes
    let size = Int(min(left, Int64(most)))
    switch body {
    case .none: return false
    case .bytes(let bytes):
      let from = Int(bodyTaken)
      pending = Array(bytes[from..<(from + size)])
    case .file(let descriptor, let offset, length: _):
      try readFile(descriptor, at: offset + bodyTaken, size)
    }
    pendingSent = 0
    pendingBody = 0..<pending.count
    bodyTaken += Int64(pending.count)
    if endsEarly != nil { frame() }
    return true
  }

  /// Makes a chunk of `pending` (RFC 9112 §7.1).
  private mutating func frame() {
    let size = Array("\(String(pending.count, radix: 16))\r\n".utf8)
    pendingBody = size.count..<(size.count + pending.count)
    pending = size + pending + [0x0D, 0x0A]
  }

  /// Makes `pending` the last chunk, once; false when there is nothing more to send.
  private mutating func endChunks() -> Bool {
    guard endsEarly != nil, !hasEnded else { return false }
    hasEnded = true
    pending = Array("0\r\n\r\n".utf8)
    pendingSent = 0
    pendingBody = 0..<0
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
