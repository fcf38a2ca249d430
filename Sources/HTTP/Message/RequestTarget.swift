/// One `name=value` of a query, decoded.
public struct QueryItem: Sendable, Equatable {
  /// The name before the equals sign.
  public let name: String
  /// The value after it; empty when there is none.
  public let value: String

  /// Makes an item.
  public init(name: String, value: String) {
    self.name = name
    self.value = value
  }
}

/// A request target taken apart: origin-form, absolute-form or `*` (RFC 9112 §3.2).
struct RequestTarget: Sendable {
  let path: String
  let query: [QueryItem]
  /// The authority of an absolute-form target.
  let authority: String?

  init(_ bytes: UnsafeRawBufferPointer) throws(MessageFault) {
    for byte in bytes where byte <= 0x20 || byte >= 0x7F || byte == UInt8(ascii: "#") {
      throw .badTarget
    }
    var rest = Slice(base: bytes, bounds: 0..<bytes.count)
    if rest.count == 1, rest.first == UInt8(ascii: "*") {
      (path, query, authority) = ("*", [], nil)
      return
    }
    authority = RequestTarget.takeAuthority(&rest)
    // "A recipient MUST reject" an http URI with an empty host (RFC 9110 §4.2.1).
    if let authority, authority.isEmpty || !authority.utf8.allSatisfy(Ascii.isAuthority) {
      throw .badTarget
    }
    if rest.isEmpty, authority != nil {
      (path, query) = ("/", [])
      return
    }
    let mark = rest.firstIndex(of: UInt8(ascii: "?")) ?? rest.endIndex
    path = try RequestTarget.decodePath(rest[..<mark])
    query = mark < rest.endIndex ? try RequestTarget.decodeQuery(rest[(mark + 1)...]) : []
  }

  private static func takeAuthority(_ rest: inout Slice<UnsafeRawBufferPointer>) -> String? {
    let scheme = "http://".utf8
    guard rest.count > scheme.count,
      rest.prefix(scheme.count).elementsEqual(scheme, by: { Ascii.lower($0) == $1 })
    else { return nil }
    rest = rest.dropFirst(scheme.count)
    let end = rest.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") }
    let authority = rest[..<(end ?? rest.endIndex)]
    rest = rest[authority.endIndex...]
    return String(decoding: authority, as: UTF8.self)
  }

  private static func decodePath(
    _ bytes: Slice<UnsafeRawBufferPointer>
  ) throws(MessageFault) -> String {
    guard bytes.first == UInt8(ascii: "/") else { throw .badTarget }
    var path = ""
    // Decoded segment by segment: `%2F` must not become a separator, nor `%2E%2E` a way up.
    for segment in bytes.dropFirst().split(
      separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    {
      let text = try decode(segment, plusIsSpace: false)
      if text == "." || text == ".." || text.utf8.contains(UInt8(ascii: "/")) {
        throw .badTarget
      }
      path.append("/")
      path.append(text)
    }
    return path
  }

  private static func decodeQuery(
    _ bytes: Slice<UnsafeRawBufferPointer>
  ) throws(MessageFault) -> [QueryItem] {
    var items: [QueryItem] = []
    for pair in bytes.split(separator: UInt8(ascii: "&")) {
      let mark = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
      let value = mark < pair.endIndex ? pair[(mark + 1)...] : pair[mark...]
      items.append(
        QueryItem(
          name: try decode(pair[..<mark], plusIsSpace: true),
          value: try decode(value, plusIsSpace: true)))
    }
    return items
  }

  /// Percent-decoding (RFC 3986 §2.1) to valid UTF-8 without control characters.
  private static func decode(
    _ bytes: Slice<UnsafeRawBufferPointer>, plusIsSpace: Bool
  ) throws(MessageFault) -> String {
    var decoded: [UInt8] = []
    decoded.reserveCapacity(bytes.count)
    var index = bytes.startIndex
    while index < bytes.endIndex {
      var byte = bytes[index]
      if byte == UInt8(ascii: "%") {
        guard index + 2 < bytes.endIndex, let high = Ascii.hexValue(bytes[index + 1]),
          let low = Ascii.hexValue(bytes[index + 2])
        else { throw .badTarget }
        byte = high << 4 | low
        index += 2
      } else if plusIsSpace, byte == UInt8(ascii: "+") {
        byte = Ascii.space
      }
      decoded.append(byte)
      index += 1
    }
    let hasControls = decoded.contains { $0 == 0x7F || ($0 < 0x20 && !plusIsSpace) || $0 == 0 }
    guard !hasControls, let text = String(validating: decoded, as: UTF8.self) else {
      throw .badTarget
    }
    return text
  }
}
