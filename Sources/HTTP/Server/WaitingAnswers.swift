/// Answers in memory whose readers are slow: bounded in all, so that readers who do not read
/// cannot fill the memory. Whoever has been reading longest makes room for the others.
final class WaitingAnswers: Sendable {
  private struct Holding {
    let connection: Connection
    let exchange: Int
    let bytes: Int64
    let since: MonotonicTime
  }

  private struct State {
    var byToken: [UInt64: Holding] = [:]
    var bytes: Int64 = 0

    mutating func remove(_ token: UInt64) -> Holding? {
      guard let holding = byToken.removeValue(forKey: token) else { return nil }
      bytes -= holding.bytes
      return holding
    }
  }

  private let limit: Int64
  private let state = Monitor(State())

  init(limit: Int64) { self.limit = limit }

  /// Counts an answer that waits; gives the connections that are to be ended for it.
  func hold(_ connection: Connection, bytes: Int64) -> [Connection] {
    let holding = Holding(
      connection: connection, exchange: connection.exchange, bytes: bytes, since: .now())
    let dropped = state.withLock { state in
      state.byToken[connection.token] = holding
      state.bytes += bytes
      return makeRoom(in: &state, sparing: connection.token)
    }
    return dropped.filter { $0.connection.preempt(exchange: $0.exchange) }.map(\.connection)
  }

  /// The answer is out, or its connection ended.
  func release(_ connection: Connection) {
    state.withLock { _ = $0.remove(connection.token) }
  }

  /// Bytes that wait now.
  var bytes: Int64 { state.withLock { $0.bytes } }

  private func makeRoom(in state: inout State, sparing token: UInt64) -> [Holding] {
    guard state.bytes > limit else { return [] }
    var dropped: [Holding] = []
    for (other, _) in state.byToken.sorted(by: { $0.value.since < $1.value.since })
    where other != token {
      if state.bytes <= limit { break }
      if let holding = state.remove(other) { dropped.append(holding) }
    }
    return dropped
  }
}
