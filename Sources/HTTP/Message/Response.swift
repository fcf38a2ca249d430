/// An answer: status, headers and where the body comes from.
public struct Response: Sendable {
  /// Where the body's bytes come from.
  public enum Body: Sendable {
    /// No body.
    case empty
    /// Bytes in memory.
    case bytes([UInt8])
    /// `length` bytes of a file from `offset` on, sent with sendfile(2).
    case file(OpenFile, offset: Int64, length: Int64)
  }

  /// The status code, 200 to 599.
  public var status: Int
  /// The headers; Date, Content-Length and Connection are added by the server.
  public var headers: Headers
  /// The body.
  public var body: Body

  /// Makes an answer.
  public init(status: Int, headers: Headers = Headers(), body: Body = .empty) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// Makes an answer with text as UTF-8; `type` is its media type.
  public init(status: Int, text: String, type: String = "text/plain; charset=utf-8") {
    self.init(status: status, headers: ["Content-Type": type], body: .bytes(Array(text.utf8)))
  }
}

extension Response.Body {
  /// The body's length in bytes.
  public var length: Int64 {
    switch self {
    case .empty: 0
    case .bytes(let bytes): Int64(bytes.count)
    case .file(_, offset: _, let length): max(0, length)
    }
  }
}
