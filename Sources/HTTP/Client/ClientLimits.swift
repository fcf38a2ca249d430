/// Every limit of the client, each with its unit in its name.
public struct ClientLimits: Sendable {
  /// To reach one address of the host; name resolution keeps the resolver's own timeouts.
  public var connectSeconds = 10.0
  /// Without a byte sent or received while one is waited for.
  public var idleSeconds = 30.0
  /// From the last request byte to the end of the response's head.
  public var headSeconds = 120.0
  /// A response's head, and also its trailers, in bytes.
  public var headerBytes = 32768
  /// Fields of a response's head.
  public var headerCount = 200
  /// Interim (1xx) responses before the final one.
  public var interimResponses = 16
  /// The body of a response that is no success, when successes are streamed, in bytes.
  public var errorBodyBytes = 65536

  /// Makes the default limits.
  public init() {}
}
