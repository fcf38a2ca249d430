import Glibc

/// Finds the end of a head while its bytes arrive, and refuses what can only get worse.
///
/// It remembers how far it looked, so a head that drips in byte by byte is
/// still scanned once. What it lets through is parsed by `RequestHead` or
/// `ResponseHead`.
struct HeadScanner: Sendable {
  private var scanned = 0
  private var lineStart = 0
  private var startLineEnd: Int?

  /// The length of the whole head, its empty line included; nil while it is incomplete.
  mutating func scan(
    _ bytes: UnsafeRawBufferPointer, startLineLimit: Int, headerLimit: Int
  ) throws(MessageFault) -> Int? {
    while let feed = Bytes.index(of: Ascii.lineFeed, in: bytes, from: scanned) {
      guard feed > 0, bytes[feed - 1] == Ascii.carriageReturn else {
        throw tooLong(bytes.count, startLineLimit) ?? .bareLineBreak
      }
      let length = feed - 1 - lineStart
      scanned = feed + 1
      if let startLineEnd {
        if scanned - startLineEnd > headerLimit { throw .headersTooLarge }
        if length == 0 { return scanned }
      } else if length == 0 {
        // One empty line before the request line is forgiven (RFC 9112 §2.2).
        if lineStart > 0 { throw .badStartLine }
      } else {
        if length > startLineLimit { throw .startLineTooLong }
        startLineEnd = scanned
      }
      lineStart = scanned
    }
    scanned = bytes.count
    try checkPartialLine(bytes, startLineLimit, headerLimit)
    return nil
  }

  private func checkPartialLine(
    _ bytes: UnsafeRawBufferPointer, _ startLineLimit: Int, _ headerLimit: Int
  ) throws(MessageFault) {
    if let startLineEnd {
      if bytes.count - startLineEnd > headerLimit { throw .headersTooLarge }
      return
    }
    for byte in bytes[lineStart...] where !Ascii.isToken(byte) {
      // A TLS hello or other garbage is told at its first byte, not at the deadline.
      let mayFollow = byte == Ascii.space || byte == Ascii.carriageReturn || byte == 0x2F
      if !mayFollow { throw .badStartLine }
      break
    }
    if let fault = tooLong(bytes.count, startLineLimit) { throw fault }
  }

  private func tooLong(_ count: Int, _ limit: Int) -> MessageFault? {
    startLineEnd == nil && count - lineStart > limit + 1 ? .startLineTooLong : nil
  }
}

/// Searching raw bytes.
enum Bytes {
  static func index(of byte: UInt8, in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
    guard start < bytes.count, let base = bytes.baseAddress,
      let found = memchr(base + start, Int32(byte), bytes.count - start)
    else { return nil }
    return UnsafeRawPointer(found) - base
  }
}
