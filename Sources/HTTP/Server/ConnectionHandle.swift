/// The right to end one request from any thread.
public final class ConnectionHandle: Sendable {
  private let connection: Connection
  private let exchange: Int
  private let core: ServerCore

  init(connection: Connection, exchange: Int, core: ServerCore) {
    self.connection = connection
    self.exchange = exchange
    self.core = core
  }

  /// Breaks the connection if it still serves that request; the sink's `torn()` follows soon.
  ///
  /// Returns at once. `torn()` comes from a server thread, never from inside
  /// this call, and comes even while every worker is busy waiting for it.
  public func close() {
    guard connection.preempt(exchange: exchange) else { return }
    core.closing.push(ServerJob(connection: connection, cause: .preempted))
  }
}
