import Glibc
import SyncProtocol

/// Keeps SIGTERM waiting, so that a loop ends between two requests and not
/// inside a step of the store.
final class Stopping {
  private var signals = sigset_t()

  init() {
    sigemptyset(&signals)
    sigaddset(&signals, SIGTERM)
    pthread_sigmask(SIG_BLOCK, &signals, nil)
  }

  /// Sleeps so long; true at once when SIGTERM comes or came.
  func isAsked(within seconds: Double) -> Bool {
    let end = Self.monotonicSeconds() + seconds
    while true {
      let left = max(0, end - Self.monotonicSeconds())
      let whole = left.rounded(.down)
      var limit = timespec(tv_sec: time_t(whole), tv_nsec: Int((left - whole) * 1e9))
      if sigtimedwait(&signals, nil, &limit) > 0 { return true }
      // Another signal's handler ends the wait early.
      guard errno == EINTR else { return false }
    }
  }

  /// Lets SIGTERM end the process while `body` runs: a wait for the network may
  /// be long, and whatever request it is may be repeated (PROTOCOL.md §1).
  func whileMortal<T, E: Error>(_ body: () throws(E) -> T) throws(E) -> T {
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    defer { pthread_sigmask(SIG_BLOCK, &signals, nil) }
    return try body()
  }

  private static func monotonicSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}

/// A transport that ends the program before a request, once it was asked to stop.
final class StoppableTransport: Transport {
  private let transport: any Transport
  private let stopping: Stopping

  init(_ transport: any Transport, _ stopping: Stopping) {
    self.transport = transport
    self.stopping = stopping
  }

  func send(_ request: TransportRequest) throws(TransportError) -> TransportResponse {
    // Every step before this one is on the disk, so there is nothing to undo.
    if stopping.isAsked(within: 0) { exit(0) }
    return try stopping.whileMortal { () throws(TransportError) in try transport.send(request) }
  }
}
