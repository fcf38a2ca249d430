/// Cuts bytes that come in pieces into lines of a limited length.
///
/// A line that is too long is read to its end and forgotten, so that the lines
/// after it are understood. A last line without its newline counts as well.
struct FormDriveLines {
  enum Line: Equatable {
    case text([UInt8])
    case tooLong
  }

  /// The longest line, in bytes without the newline.
  static let limit = 1 << 20
  /// How many bytes are asked for at once.
  static let chunk = 64 << 10

  /// Up to so many bytes; none at the end of the input.
  private let read: (Int) throws -> [UInt8]
  private var buffer: [UInt8] = []
  /// Where the next line begins in the buffer.
  private var start = 0
  private var isSkipping = false

  init(read: @escaping (Int) throws -> [UInt8]) {
    self.read = read
  }

  /// The next line; nil at the end of the input.
  mutating func next() throws -> Line? {
    var searched = start
    while true {
      if let end = buffer[searched...].firstIndex(of: 0x0A) { return take(upTo: end) }
      buffer.removeSubrange(..<start)
      start = 0
      if buffer.count > Self.limit || isSkipping {
        isSkipping = true
        buffer.removeAll(keepingCapacity: true)
      }
      searched = buffer.count
      let bytes = try read(Self.chunk)
      if bytes.isEmpty { return last() }
      buffer += bytes
    }
  }

  private mutating func take(upTo end: Int) -> Line {
    let line = buffer[start..<end]
    start = end + 1
    defer { isSkipping = false }
    return isSkipping || line.count > Self.limit ? .tooLong : .text(Array(line))
  }

  private mutating func last() -> Line? {
    defer {
      buffer = []
      isSkipping = false
    }
    if isSkipping { return .tooLong }
    return buffer.isEmpty ? nil : .text(buffer)
  }
}
