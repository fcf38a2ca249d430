/// The open connections by their epoll token.
///
/// Tokens are never used twice, so an event of a closed socket finds nothing
/// even when its descriptor was given out again.
final class ConnectionTable: Sendable {
  private struct State {
    var byToken: [UInt64: Connection] = [:]
    var countByAddress: [String: Int] = [:]
    var nextToken: UInt64 = 16
  }

  private let state = Monitor(State())

  var count: Int { state.withLock { $0.byToken.count } }

  func count(from address: String) -> Int { state.withLock { $0.countByAddress[address] ?? 0 } }

  func insert(_ make: (UInt64) -> Connection) -> Connection {
    state.withLock { state in
      let connection = make(state.nextToken)
      state.byToken[state.nextToken] = connection
      state.countByAddress[connection.remoteAddress, default: 0] += 1
      state.nextToken += 1
      return connection
    }
  }

  subscript(token: UInt64) -> Connection? { state.withLock { $0.byToken[token] } }

  func remove(_ token: UInt64) {
    state.withLockAndBroadcast { state in
      guard let address = state.byToken.removeValue(forKey: token)?.remoteAddress else { return }
      let left = (state.countByAddress[address] ?? 1) - 1
      state.countByAddress[address] = left > 0 ? left : nil
    }
  }

  var all: [Connection] { state.withLock { Array($0.byToken.values) } }

  /// True once no connection is left; false at the deadline.
  func waitUntilEmpty(until deadline: MonotonicTime) -> Bool {
    state.wait(until: deadline) { $0.byToken.isEmpty ? true : nil } ?? false
  }
}
