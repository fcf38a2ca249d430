import Glibc

extension Worker {
  /// Throws away the rest of a refused body that is short enough to keep the connection for.
  func drain(_ connection: Connection, _ left: Int64) -> Step {
    let count = min(left, Int64(end - start))
    start += Int(count)
    if left == count {
      connection.phase = .head
      return .again
    }
    connection.phase = .draining(left - count)
    return .read(upTo: Int(min(left - count, Int64(Worker.bufferBytes))))
  }

  /// Closing at once with bytes unread would send RST, and the client would lose the answer.
  func beginLingering(_ connection: Connection) {
    shutdown(connection.descriptor, Int32(SHUT_WR))
    connection.phase = .lingering
    connection.lingerUntil = MonotonicTime.now().adding(seconds: core.limits.lingerSeconds)
    connection.lingerBytesLeft = core.limits.lingerBytes
  }

  /// Throws away what still comes, for a bounded time and number of bytes.
  func linger(_ connection: Connection) -> Step {
    connection.lingerBytesLeft -= end - start
    start = end
    if connection.lingerBytesLeft <= 0 || connection.lingerUntil <= .now() {
      close(connection)
      return .gone
    }
    return .read(upTo: Worker.bufferBytes)
  }

  /// A deadline has passed.
  func expire(_ connection: Connection) {
    switch connection.phase {
    case .head where connection.headBegan != nil:
      connection.pending = []
      refuse(connection, .tooSlow, head: nil)
      serve(connection)
    case .body(let reception):
      abandon(reception)
      refuse(connection, .tooSlow, head: reception.head)
      serve(connection)
    case .head, .writing, .draining, .lingering: close(connection)
    }
  }

  /// The connection broke, was pre-empted or has to go: a body under way keeps its prefix.
  func tear(_ connection: Connection) {
    switch connection.phase {
    case .body(let reception): abandon(reception)
    case .writing:
      if case .body(let reception) = connection.afterWriting { abandon(reception) }
    case .head, .draining, .lingering: break
    }
    close(connection)
  }

  func close(_ connection: Connection) {
    releaseAnswer(connection)
    connection.close()
    core.connections.remove(connection.token)
    core.counters.withLock { $0.connectionsOpen -= 1 }
  }
}
