/// Every limit of the server, each with its unit in its name.
public struct ServerLimits: Sendable {
  /// The longest request line in bytes; above → 414.
  public var requestLineBytes = 8192
  /// All header fields of a request, or all trailers of a body, in bytes; above → 431.
  public var headerBytes = 16384
  /// The number of header fields or trailers; above → 431.
  public var headerCount = 100
  /// Connections open at one time; one more is answered 503 and closed.
  public var connections = 30000
  /// Connections open at one time from one address; one more is answered 503 and closed.
  public var connectionsPerAddress = 1000
  /// Whether the machine itself may open more: a proxy there stands for many clients.
  public var sparesLoopback = true
  /// Bytes of answers in memory that wait for their readers; above, whoever has been reading
  /// longest is dropped.
  public var waitingAnswerBytes: Int64 = 256 << 20
  /// From a request's first byte to the end of its head; above → 408.
  public var headerSeconds = 20.0
  /// Between two successful reads of a body; above → 408.
  public var bodyIdleSeconds = 30.0
  /// To collect a whole body in memory, however steadily it drips in; above → 408.
  public var collectSeconds = 120.0
  /// How long a connection may stay open without a request; above → closed.
  public var idleSeconds = 75.0
  /// Between two successful writes of a response; above → closed.
  public var writeIdleSeconds = 60.0
  /// Requests answered on one connection before it is closed.
  public var requestsPerConnection = 10000
  /// The cap on what any handler may collect in memory, in bytes; above → 413.
  public var collectedBodyBytes = 8 << 20
  /// A refused body not longer than this is read and thrown away to keep the connection, in bytes.
  public var drainBytes = 64 << 10
  /// After a refusal, how long the server still reads so that the client sees the answer.
  public var lingerSeconds = 1.0
  /// After a refusal, how many bytes the server still reads.
  public var lingerBytes = 64 << 20

  /// Makes the default limits.
  public init() {}
}
