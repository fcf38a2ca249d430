/// What the server has done since it started, at one instant.
public struct ServerCounters: Sendable, Equatable {
  /// Connections open now.
  public var connectionsOpen = 0
  /// Connections accepted in all.
  public var connectionsAccepted = 0
  /// Connections turned away because `connections` was reached.
  public var connectionsRefused = 0
  /// Answers by the first digit of their status; index 2 counts 2xx.
  public var answers = [0, 0, 0, 0, 0, 0]
  /// Bodies that ended early.
  public var bodiesTorn = 0
  /// Connections ended because too many answers waited for their readers.
  public var readersDropped = 0
  /// Bytes read from sockets.
  public var bytesIn: Int64 = 0
  /// Bytes written to sockets.
  public var bytesOut: Int64 = 0

  /// All answers.
  public var answersTotal: Int { answers.reduce(0, +) }
}
