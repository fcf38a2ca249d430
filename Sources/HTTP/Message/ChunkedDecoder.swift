/// Takes a chunked body apart as its bytes arrive (RFC 9112 §7.1).
///
/// Framing bytes are consumed as they come, so nothing has to be kept between
/// two reads except a few numbers and the trailers.
struct ChunkedDecoder: Sendable {
  enum Step: Equatable {
    /// All bytes given are consumed.
    case needMore
    /// These bytes of the input are body.
    case payload(Range<Int>)
    /// The body and its trailers are complete.
    case finished
  }

  private enum State { case size, extensions, sizeEnd, payload, payloadCR, payloadLF, trailers }

  /// Bytes allowed in one chunk's extensions; nobody uses them.
  static let extensionBytes = 256
  /// … and in all chunks of one body.
  static let allExtensionBytes = 4096
  /// 15 hexadecimal digits fit in Int64 whatever they are.
  static let sizeDigits = 15

  private var state = State.size
  private var digits = 0
  private var extra = 0
  private var allExtra = 0
  private var trailerBytes: [UInt8] = []
  private let trailerLimit: Int
  private let fieldLimit: Int

  /// Bytes of the current chunk that have not come yet.
  private(set) var remaining: Int64 = 0
  /// The trailers, once the body is finished.
  private(set) var trailers = Headers()

  init(trailerLimit: Int, fieldLimit: Int) {
    self.trailerLimit = trailerLimit
    self.fieldLimit = fieldLimit
  }

  /// Consumes `bytes` from `index` on, up to the next payload or the end.
  mutating func next(
    _ bytes: UnsafeRawBufferPointer, _ index: inout Int
  ) throws(MessageFault) -> Step {
    while index < bytes.count {
      if state == .payload {
        let count = Int(min(remaining, Int64(bytes.count - index)))
        let range = index..<(index + count)
        index += count
        remaining -= Int64(count)
        if remaining == 0 { state = .payloadCR }
        return .payload(range)
      }
      let byte = bytes[index]
      index += 1
      if state == .trailers {
        if try takeTrailer(byte) { return .finished }
      } else {
        try takeFraming(byte)
      }
    }
    return .needMore
  }

  private mutating func takeFraming(_ byte: UInt8) throws(MessageFault) {
    switch (state, byte) {
    case (.size, UInt8(ascii: ";")) where digits > 0: state = .extensions
    case (.size, Ascii.carriageReturn) where digits > 0: state = .sizeEnd
    case (.size, _):
      guard let digit = Ascii.hexValue(byte), digits < ChunkedDecoder.sizeDigits else {
        throw .badChunk
      }
      digits += 1
      remaining = remaining << 4 | Int64(digit)
    case (.extensions, Ascii.carriageReturn): state = .sizeEnd
    case (.extensions, _):
      extra += 1
      allExtra += 1
      guard Ascii.isFieldContent(byte), extra <= ChunkedDecoder.extensionBytes,
        allExtra <= ChunkedDecoder.allExtensionBytes
      else { throw .badChunk }
    case (.sizeEnd, Ascii.lineFeed):
      state = remaining > 0 ? .payload : .trailers
      (digits, extra) = (0, 0)
    case (.payloadCR, Ascii.carriageReturn): state = .payloadLF
    case (.payloadLF, Ascii.lineFeed): state = .size
    default: throw .badChunk
    }
  }

  /// True when the empty line that ends the message was taken.
  private mutating func takeTrailer(_ byte: UInt8) throws(MessageFault) -> Bool {
    trailerBytes.append(byte)
    if trailerBytes.count > trailerLimit { throw .headersTooLarge }
    guard byte == Ascii.lineFeed else { return false }
    if trailerBytes.count < 2 || trailerBytes[trailerBytes.count - 2] != Ascii.carriageReturn {
      throw .bareLineBreak
    }
    guard trailerBytes.count == 2 || trailerBytes.suffix(4).elementsEqual("\r\n\r\n".utf8) else {
      return false
    }
    let lines = trailerBytes.dropLast(2)
    var parsed = Headers()
    let limit = fieldLimit
    let result: Result<Void, MessageFault> = lines.withUnsafeBytes { bytes in
      Result { () throws(MessageFault) in
        try FieldLines.parse(bytes, limit: limit, into: &parsed)
      }
    }
    try result.get()
    trailers = parsed
    trailerBytes = []
    return true
  }
}
