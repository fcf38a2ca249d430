/// A system call of the socket layer that failed, with its errno.
public struct SocketError: Error, Sendable, Equatable {
  /// The step that failed.
  public enum Call: String, Sendable {
    case resolve, socket, bind, listen, poll, thread, open
  }

  /// Which step failed.
  public let call: Call
  /// The errno, or the getaddrinfo code when `call` is `resolve`.
  public let code: Int32

  /// Makes the error of a failed call.
  public init(call: Call, code: Int32) {
    self.call = call
    self.code = code
  }
}
