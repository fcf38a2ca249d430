/// What the server tells about its work; never a query, a header or a body.
public enum ServerEvent: Sendable, Equatable {
  /// A request was answered.
  case answered(method: String, path: String, status: Int, microseconds: Int64)
  /// A request was refused by the server itself.
  case refused(MessageFault, remoteAddress: String)
  /// A body ended early, after so many bytes.
  case torn(method: String, path: String, bytes: Int64)
  /// accept(2) failed with this errno; accepting pauses for a moment.
  case acceptPaused(code: Int32)
  /// A connection was turned away because `connections` was reached.
  case full
}

/// Takes the server's events; called on server threads, several at one time.
public protocol ServerLog: Sendable {
  /// Takes one event; must not block for long.
  func record(_ event: ServerEvent)
}
