import Glibc

/// A joinable pthread with asynchronous signals blocked.
///
/// Signals belong to the program's main thread; and sendfile(2) has no
/// MSG_NOSIGNAL, so SIGPIPE must be blocked wherever it is called.
struct PlainThread: Sendable {
  private let identity: pthread_t

  private final class Body {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  static func start(_ run: @escaping @Sendable () -> Void) throws(SocketError) -> PlainThread {
    let box = Unmanaged.passRetained(Body(run))
    var identity = pthread_t()
    let code = pthread_create(
      &identity, nil,
      { argument in
        guard let argument else { return nil }
        let body = Unmanaged<Body>.fromOpaque(argument).takeRetainedValue()
        PlainThread.blockSignals()
        body.run()
        return nil
      }, box.toOpaque())
    guard code == 0 else {
      box.release()
      throw SocketError(call: .thread, code: code)
    }
    return PlainThread(identity: identity)
  }

  /// Returns when the thread has ended; call it once.
  func join() { pthread_join(identity, nil) }

  private static func blockSignals() {
    var signals = sigset_t()
    sigfillset(&signals)
    // Crashes must still reach the crash handler.
    for signal in [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT] {
      sigdelset(&signals, signal)
    }
    pthread_sigmask(SIG_BLOCK, &signals, nil)
  }
}
