/// Carries requests to the centre and its answers back.
///
/// Blocking and sequential: the agent sends one request at a time on one warm
/// connection. Implementations: sockets for `http://`, the TLS library for
/// `https://`, and fakes in tests.
public protocol Transport {
  /// Sends one request and waits for the whole answer, whatever its status.
  ///
  /// - Throws: `TransportError` when no complete HTTP answer came back. A
  ///   request that threw may or may not have reached the centre.
  func send(_ request: TransportRequest) throws(TransportError) -> TransportResponse
}

/// One request to the centre.
public struct TransportRequest {
  /// What the request carries.
  public enum Body {
    /// Nothing.
    case none
    /// These bytes.
    case bytes([UInt8])
    /// `length` bytes of a file from `offset`.
    case file(path: String, offset: Int64, length: Int64)

    /// How many bytes it carries.
    public var count: Int64 {
      switch self {
      case .none: 0
      case .bytes(let bytes): Int64(bytes.count)
      case .file(_, _, let length): length
      }
    }
  }

  /// GET, POST …
  public var method: String
  /// Path and query below the centre's address: `/v1/session`.
  public var path: String
  /// Header fields, `Content-Length` left to the transport.
  public var headers: [(name: String, value: String)]
  /// What it carries.
  public var body: Body
  /// Bytes of answer that are accepted.
  public var answerLimit: Int
  /// Told the bytes of the body handed to the network so far.
  public var progress: ((Int64) -> Void)?
  /// When there is one, the body is sent in chunks (RFC 9112 §7.1) and this is
  /// asked before each but the first; true ends the body there, as a whole
  /// request on a good connection.
  public var endsEarly: (() -> Bool)?

  /// A request as given.
  public init(
    method: String, path: String, headers: [(name: String, value: String)] = [],
    body: Body = .none, answerLimit: Int = Limits.answerBytes,
    progress: ((Int64) -> Void)? = nil, endsEarly: (() -> Bool)? = nil
  ) {
    self.method = method
    self.path = path
    self.headers = headers
    self.body = body
    self.answerLimit = answerLimit
    self.progress = progress
    self.endsEarly = endsEarly
  }
}

/// The centre's answer, whatever its status.
public struct TransportResponse: Sendable {
  /// The HTTP status.
  public var status: Int
  /// Header fields in the order they came.
  public var headers: [(name: String, value: String)]
  /// The whole body.
  public var body: [UInt8]

  /// An answer as given.
  public init(status: Int, headers: [(name: String, value: String)], body: [UInt8]) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// The first field of this name, in any case.
  public func header(_ name: String) -> String? {
    let wanted = name.lowercased()
    return headers.first { $0.name.lowercased() == wanted }?.value
  }
}

/// Why no complete answer came back.
public enum TransportError: Error, Sendable, Hashable, CaseIterable {
  /// The centre's name does not resolve.
  case unresolved
  /// Nothing listens, or there is no way there.
  case unreachable
  /// Nothing moved for too long.
  case timedOut
  /// The connection broke.
  case broken
  /// What came back is not HTTP, or larger than the limit.
  case notUnderstood
  /// The centre's certificate is not trusted.
  case untrusted
  /// TLS did not come about: what listens there does not speak it, or the link
  /// broke in the handshake.
  case tlsFailed
  /// The file to send could not be read.
  case fileUnreadable

  /// Whether trying again later may help by itself.
  public var isRetryable: Bool {
    switch self {
    case .unresolved, .unreachable, .timedOut, .broken, .notUnderstood, .tlsFailed: true
    case .untrusted, .fileUnreadable: false
    }
  }
}
