/// What the client sends, without its body.
public struct ClientRequest: Sendable {
  /// The method.
  public var method: String
  /// The target in origin-form, already percent-encoded.
  public var target: String
  /// The headers; Host and the body's framing are added by the client.
  public var headers: Headers
  /// Whether it does no harm to send it twice; see `HTTPConnection.send`.
  public var isRepeatable: Bool

  /// Makes a request; GET, HEAD, OPTIONS, PUT and DELETE are repeatable if nothing is said.
  public init(
    method: String, target: String, headers: Headers = Headers(), isRepeatable: Bool? = nil
  ) {
    self.method = method
    self.target = target
    self.headers = headers
    // Idempotent methods, RFC 9110 §9.2.2.
    self.isRepeatable =
      isRepeatable ?? ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"].contains(method)
  }
}

/// A request's body.
public enum ClientBody: Sendable {
  /// No body.
  case none
  /// Bytes in memory.
  case bytes([UInt8])
  /// `length` bytes of an open file from `offset` on; the descriptor stays the caller's.
  case file(descriptor: Int32, offset: Int64, length: Int64)

  /// The body's length in bytes.
  public var length: Int64 {
    switch self {
    case .none: 0
    case .bytes(let bytes): Int64(bytes.count)
    case .file(descriptor: _, offset: _, let length): max(0, length)
    }
  }
}

/// What came back.
public struct ClientResponse: Sendable {
  /// The final status.
  public let status: Int
  /// The header fields.
  public let headers: Headers
  /// The body; empty when it went to a closure.
  public internal(set) var body: [UInt8] = []
  /// Whether it came before the request's body was sent to its end.
  public internal(set) var cameEarly = false

  init(status: Int, headers: Headers) {
    self.status = status
    self.headers = headers
  }
}
