import Glibc

/// An HTTP/1.1 server: one epoll thread, a few workers and one thread that ends connections.
///
/// Call `start` once and `stop` before letting go of it. Requests on one
/// connection are answered in order; different connections run side by side.
public final class HTTPServer: Sendable {
  /// Worker threads when nothing else is said.
  public static let defaultWorkers = 8

  private struct Running {
    var loop: EventLoop
    var loopThread: PlainThread
    var workers: [PlainThread]
  }

  private enum State {
    case ready
    case running(Running)
    case stopped
  }

  private let core: ServerCore
  private let workers: Int
  private let state = Monitor(State.ready)

  /// Makes a server that does not listen yet.
  public init(
    handler: any HTTPHandler, limits: ServerLimits = ServerLimits(),
    workers: Int = HTTPServer.defaultWorkers, log: (any ServerLog)? = nil
  ) throws(SocketError) {
    core = try ServerCore(limits: limits, handler: handler, log: log)
    self.workers = max(1, workers)
  }

  /// Binds, listens and starts the threads; gives the port, which port 0 leaves to the system.
  public func start(host: String, port: Int) throws(SocketError) -> Int {
    let listener = try Listener(host: host, port: port)
    let loop = try EventLoop(core: core, listener: listener)
    let core = core
    var threads: [PlainThread] = []
    for _ in 0..<workers {
      threads.append(try PlainThread.start { Worker.run(core: core, queue: core.ready) })
    }
    threads.append(try PlainThread.start { Worker.run(core: core, queue: core.closing) })
    let running = Running(
      loop: loop, loopThread: try PlainThread.start { loop.run() }, workers: threads)
    state.withLock { $0 = .running(running) }
    return listener.port
  }

  /// Stops accepting, lets requests finish within the grace, tears the rest, ends all threads.
  ///
  /// Idle connections are closed at once; answers of the grace carry
  /// `Connection: close`. A handler that never returns keeps `stop` waiting.
  public func stop(graceSeconds: Double) {
    let running: Running? = state.withLock { state in
      defer { state = .stopped }
      if case .running(let running) = state { return running }
      return nil
    }
    guard let running else { return }
    core.beginStopping()
    running.loop.wake()
    let deadline = MonotonicTime.now().adding(seconds: graceSeconds)
    if !core.connections.waitUntilEmpty(until: deadline) { tearAll() }
    running.loop.end()
    running.loopThread.join()
    // What was accepted in the last instant.
    tearAll()
    core.ready.close()
    core.closing.close()
    running.workers.forEach { $0.join() }
  }

  private func tearAll() {
    // Repeated, for a connection accepted while the others were being torn.
    repeat {
      for connection in core.connections.all where connection.preempt(exchange: nil) {
        core.closing.push(ServerJob(connection: connection, cause: .preempted))
      }
    } while !core.connections.waitUntilEmpty(until: MonotonicTime.now().adding(seconds: 0.05))
  }

  /// What the server has done so far.
  public var counters: ServerCounters { core.counters.withLock { $0 } }
}
