/// Reads field lines, each ended by CRLF, as RFC 9112 §5 has them and no laxer.
enum FieldLines {
  /// Adds the fields of `bytes`, which end after the last field's CRLF.
  static func parse(
    _ bytes: UnsafeRawBufferPointer, limit: Int, into headers: inout Headers
  ) throws(MessageFault) {
    var start = 0
    var count = 0
    while start < bytes.count {
      guard let feed = Bytes.index(of: Ascii.lineFeed, in: bytes, from: start), feed > start,
        bytes[feed - 1] == Ascii.carriageReturn
      else { throw .bareLineBreak }
      count += 1
      if count > limit { throw .headersTooLarge }
      try parseLine(UnsafeRawBufferPointer(rebasing: bytes[start..<feed - 1]), into: &headers)
      start = feed + 1
    }
  }

  private static func parseLine(
    _ line: UnsafeRawBufferPointer, into headers: inout Headers
  ) throws(MessageFault) {
    var colon = 0
    while colon < line.count, Ascii.isToken(line[colon]) { colon += 1 }
    if colon == 0, let byte = line.first, byte == Ascii.space || byte == Ascii.tab {
      throw .foldedField
    }
    guard colon > 0, colon < line.count, line[colon] == UInt8(ascii: ":") else {
      throw .badFieldName
    }
    var start = colon + 1
    var end = line.count
    while start < end, line[start] == Ascii.space || line[start] == Ascii.tab { start += 1 }
    while end > start, line[end - 1] == Ascii.space || line[end - 1] == Ascii.tab { end -= 1 }
    for index in start..<end where !Ascii.isFieldContent(line[index]) {
      throw line[index] == Ascii.carriageReturn ? .bareLineBreak : .badFieldValue
    }
    headers.add(
      String(decoding: line[..<colon], as: UTF8.self),
      Ascii.text(UnsafeRawBufferPointer(rebasing: line[start..<end])))
  }
}
