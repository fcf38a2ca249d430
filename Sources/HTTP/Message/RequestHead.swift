/// A request's line and headers, checked against RFC 9112.
public struct RequestHead: Sendable {
  /// The method as sent; methods are case-sensitive.
  public let method: String
  /// The target as sent.
  public let target: String
  /// The decoded path: valid UTF-8, no control characters, no `.` or `..` segment.
  public let path: String
  /// The decoded query, in order.
  public let query: [QueryItem]
  /// The header fields.
  public let headers: Headers
  /// The Content-Length; nil when there is none.
  public let contentLength: Int64?
  /// Whether the body is chunked, so its length is not known yet.
  public let isChunked: Bool
  /// Whether the request is HTTP/1.0.
  public let isHTTP10: Bool
  /// Whether the client waits for `100 Continue` before it sends the body.
  public let expectsContinue: Bool
  /// The numeric address of the peer, without its port.
  public let remoteAddress: String

  /// The first value of a query item; nil when there is none.
  public func queryValue(_ name: String) -> String? { query.first { $0.name == name }?.value }

  /// Whether a body follows the head.
  public var hasBody: Bool { isChunked || (contentLength ?? 0) > 0 }

  /// Whether the client asks to close after this request.
  var asksToClose: Bool { isHTTP10 || headers.lists("Connection", "close") }

  /// Makes a head for a handler's test without a socket; a Host is added when it is missing.
  public init(
    method: String, target: String, headers: Headers = Headers(), remoteAddress: String = ""
  ) throws(MessageFault) {
    var headers = headers
    if !headers.contains("Host") { headers.add("Host", "localhost") }
    var line = Array("\(method) \(target) HTTP/1.1".utf8)
    line.append(0)  // An empty array may have no base address; this one never is.
    let parsed: Result<RequestHead, MessageFault> = line.withUnsafeBytes { bytes in
      Result { () throws(MessageFault) in
        try RequestHead(
          line: UnsafeRawBufferPointer(rebasing: bytes.dropLast()), headers: headers,
          remoteAddress: remoteAddress)
      }
    }
    self = try parsed.get()
  }

  /// Parses a whole head, from the first byte to the end of its empty line.
  init(
    parsing bytes: UnsafeRawBufferPointer, fieldLimit: Int, remoteAddress: String
  ) throws(MessageFault) {
    var start = 0
    if bytes.count > 1, bytes[0] == Ascii.carriageReturn { start = 2 }
    guard let feed = Bytes.index(of: Ascii.lineFeed, in: bytes, from: start), feed > start,
      bytes.count >= feed + 3
    else { throw .badStartLine }
    var headers = Headers()
    try FieldLines.parse(
      UnsafeRawBufferPointer(rebasing: bytes[(feed + 1)..<(bytes.count - 2)]), limit: fieldLimit,
      into: &headers)
    try self.init(
      line: UnsafeRawBufferPointer(rebasing: bytes[start..<(feed - 1)]), headers: headers,
      remoteAddress: remoteAddress)
  }

  /// request-line = method SP request-target SP HTTP-version (RFC 9112 §3).
  private init(
    line: UnsafeRawBufferPointer, headers: Headers, remoteAddress: String
  ) throws(MessageFault) {
    guard let space = Bytes.index(of: Ascii.space, in: line, from: 0), space > 0,
      let second = Bytes.index(of: Ascii.space, in: line, from: space + 1), second > space + 1,
      line[..<space].allSatisfy(Ascii.isToken)
    else { throw .badStartLine }
    isHTTP10 = try RequestHead.isHTTP10(line[(second + 1)...])
    method = String(decoding: line[..<space], as: UTF8.self)
    let target = UnsafeRawBufferPointer(rebasing: line[(space + 1)..<second])
    let parts = try RequestTarget(target)
    if parts.path == "*", method != "OPTIONS" { throw .badTarget }
    self.target = String(decoding: target, as: UTF8.self)
    path = parts.path
    query = parts.query
    self.headers = headers
    self.remoteAddress = remoteAddress
    try RequestHead.checkHost(headers, isHTTP10: isHTTP10)
    switch try MessageLength(headers) {
    case .unstated: (contentLength, isChunked) = (nil, false)
    case .fixed(let length): (contentLength, isChunked) = (length, false)
    case .chunked:
      // HTTP/1.0 knows no codings; a front end may frame it otherwise (RFC 9112 §6.1).
      if isHTTP10 { throw .badTransferEncoding }
      (contentLength, isChunked) = (nil, true)
    }
    expectsContinue = try RequestHead.expectsContinue(headers, isHTTP10: isHTTP10)
  }

  private static func isHTTP10(
    _ version: Slice<UnsafeRawBufferPointer>
  ) throws(MessageFault) -> Bool {
    if version.elementsEqual("HTTP/1.1".utf8) { return false }
    if version.elementsEqual("HTTP/1.0".utf8) { return true }
    let bytes = Array(version)
    guard bytes.count == 8, bytes.starts(with: "HTTP/".utf8), Ascii.isDigit(bytes[5]),
      bytes[6] == UInt8(ascii: "."), Ascii.isDigit(bytes[7])
    else { throw .badStartLine }
    throw .unknownVersion
  }

  private static func checkHost(_ headers: Headers, isHTTP10: Bool) throws(MessageFault) {
    let hosts = headers.all("Host")
    guard hosts.count == 1 || (hosts.isEmpty && isHTTP10) else { throw .badHost }
    guard hosts.first?.utf8.allSatisfy(Ascii.isAuthority) ?? true else { throw .badHost }
  }

  private static func expectsContinue(
    _ headers: Headers, isHTTP10: Bool
  ) throws(MessageFault) -> Bool {
    let expectations = headers.all("Expect")
    for expectation in expectations where !Ascii.equalIgnoringCase(expectation, "100-continue") {
      throw .badExpectation
    }
    return !expectations.isEmpty && !isHTTP10
  }
}
