/// What the epoll thread, the workers and the connections share.
final class ServerCore: Sendable {
  let limits: ServerLimits
  let handler: any HTTPHandler
  let log: (any ServerLog)?
  let poll: EventPoll
  let connections = ConnectionTable()
  let counters = Monitor(ServerCounters())
  /// Connections with bytes to read or room to write.
  let ready = JobQueue()
  /// Connections to end; a thread of its own serves it, so that ending one
  /// never waits for workers that may themselves wait for that end.
  let closing = JobQueue()
  let waitingAnswers: WaitingAnswers
  private let stopping = Monitor(false)

  init(
    limits: ServerLimits, handler: any HTTPHandler, log: (any ServerLog)?
  ) throws(SocketError) {
    self.limits = limits
    self.handler = handler
    self.log = log
    waitingAnswers = WaitingAnswers(limit: limits.waitingAnswerBytes)
    poll = try EventPoll()
  }

  deinit { poll.close() }

  var isStopping: Bool { stopping.withLock { $0 } }

  func beginStopping() { stopping.withLock { $0 = true } }
}

/// A connection handed to a thread, and why.
struct ServerJob: Sendable {
  enum Cause: Sendable { case ready, expired, preempted }
  let connection: Connection
  let cause: Cause
}
