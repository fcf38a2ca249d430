/// A response's status line and headers (RFC 9112 §4).
struct ResponseHead {
  let status: Int
  let headers: Headers
  let isHTTP10: Bool

  /// Parses a whole head, its empty line included.
  init(parsing bytes: UnsafeRawBufferPointer, fieldLimit: Int) throws(MessageFault) {
    guard let feed = Bytes.index(of: Ascii.lineFeed, in: bytes, from: 0), feed > 12,
      bytes.count >= feed + 3
    else { throw .badStartLine }
    let line = UnsafeRawBufferPointer(rebasing: bytes[..<(feed - 1)])
    (status, isHTTP10) = try ResponseHead.parse(line)
    var headers = Headers()
    try FieldLines.parse(
      UnsafeRawBufferPointer(rebasing: bytes[(feed + 1)..<(bytes.count - 2)]), limit: fieldLimit,
      into: &headers)
    self.headers = headers
  }

  /// `HTTP/1.x SP 3DIGIT [SP phrase]`; the phrase is not looked at.
  private static func parse(
    _ line: UnsafeRawBufferPointer
  ) throws(MessageFault) -> (Int, Bool) {
    guard line.count >= 12, line.starts(with: "HTTP/".utf8), line[8] == Ascii.space,
      line.count == 12 || line[12] == Ascii.space
    else { throw .badStartLine }
    guard line[5] == UInt8(ascii: "1"), line[6] == UInt8(ascii: "."), Ascii.isDigit(line[7]) else {
      throw .unknownVersion
    }
    var status = 0
    for byte in line[9..<12] {
      guard Ascii.isDigit(byte) else { throw .badStartLine }
      status = status * 10 + Int(byte - 0x30)
    }
    guard (100...599).contains(status) else { throw .badStartLine }
    return (status, line[7] == UInt8(ascii: "0"))
  }
}
