/// A request whose whole body is in memory.
public struct Request: Sendable {
  /// The line and headers.
  public let head: RequestHead
  /// The body; empty when there is none.
  public let body: [UInt8]
  /// The trailer fields of a chunked body.
  public let trailers: Headers

  /// Makes a request, as the server does or a handler's test.
  public init(head: RequestHead, body: [UInt8] = [], trailers: Headers = Headers()) {
    self.head = head
    self.body = body
    self.trailers = trailers
  }
}
