/// Why a request got no usable response.
public enum ClientError: Error, Sendable, Equatable {
  /// The step that took too long.
  public enum Step: String, Sendable { case connect, send, receive }

  /// The host has no address; the code is getaddrinfo's.
  case cannotResolve(code: Int32)
  /// No address could be reached; the errno of the last.
  case cannotConnect(code: Int32)
  /// Nothing moved within the limit.
  case timedOut(Step)
  /// The connection was reset while sending or receiving.
  case reset
  /// The peer closed before the response was complete.
  case closedEarly
  /// The response breaks RFC 9112.
  case malformed(MessageFault)
  /// The response's body is over the limit.
  case responseTooLarge
  /// A method, target or header of ours that cannot be sent.
  case invalidRequest
  /// The request body's file is shorter than said, or could not be read; the errno, 0 at its end.
  case bodyUnreadable(code: Int32)
  /// The closure that takes the response body gave up.
  case abandoned
  /// Another failure of the socket.
  case socket(code: Int32)

  /// Whether the same request may succeed later without anybody changing anything.
  public var isRetryable: Bool {
    switch self {
    case .cannotResolve, .cannotConnect, .timedOut, .reset, .closedEarly, .socket: true
    // A captive portal or a broken proxy speaks like this for a while.
    case .malformed: true
    case .responseTooLarge, .invalidRequest, .bodyUnreadable, .abandoned: false
    }
  }

  /// Whether it is how a kept-alive connection looks that the server closed meanwhile.
  var meansDeadConnection: Bool { self == .reset || self == .closedEarly }
}
