import CLinux
import Glibc

/// The epoll thread: waits, accepts, sweeps deadlines and hands connections on; it never reads.
final class EventLoop: Sendable {
  private static let listenerToken: UInt64 = 1
  private static let wakeToken: UInt64 = 2
  private static let eventsPerWait = 512
  /// Connections accepted before the others get their turn.
  private static let acceptsPerTurn = 256

  private let core: ServerCore
  private let listener: Listener
  private let wakeDescriptor: Int32
  private let isEnding = Monitor(false)

  init(core: ServerCore, listener: Listener) throws(SocketError) {
    self.core = core
    self.listener = listener
    wakeDescriptor = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
    guard wakeDescriptor >= 0 else { throw SocketError(call: .poll, code: errno) }
    core.poll.add(wakeDescriptor, EventPoll.readable, token: EventLoop.wakeToken)
    core.poll.add(listener.descriptor, EventPoll.readable, token: EventLoop.listenerToken)
  }

  deinit { close(wakeDescriptor) }

  /// Makes the loop look at the state of the server now.
  func wake() {
    var one: UInt64 = 1
    _ = write(wakeDescriptor, &one, 8)
  }

  /// Ends `run`.
  func end() {
    isEnding.withLock { $0 = true }
    wake()
  }

  /// The thread's body.
  func run() {
    let events = UnsafeMutableBufferPointer<epoll_event>.allocate(
      capacity: EventLoop.eventsPerWait)
    defer { events.deallocate() }
    var state = LoopState(interval: EventLoop.sweepSeconds(core.limits))
    while !isEnding.withLock({ $0 }) {
      let wait = state.nextSweep.millisecondsLeft()
      let count = core.poll.wait(events, milliseconds: wait)
      for event in events[..<count] { handle(event.data.u64, &state) }
      if core.isStopping { stopListening(&state) }
      let now = MonotonicTime.now()
      if now >= state.nextSweep { sweep(now, &state) }
    }
    stopListening(&state)
  }

  private struct LoopState {
    let interval: Double
    var nextSweep: MonotonicTime
    var isListening = true
    var isPaused = false

    init(interval: Double) {
      self.interval = interval
      nextSweep = MonotonicTime.now().adding(seconds: interval)
    }
  }

  /// Often enough that a deadline is missed by a quarter at most, but at least once a second.
  private static func sweepSeconds(_ limits: ServerLimits) -> Double {
    let shortest = min(
      limits.headerSeconds, limits.bodyIdleSeconds, limits.idleSeconds, limits.writeIdleSeconds,
      limits.lingerSeconds)
    return min(max(shortest / 4, 0.01), 1)
  }

  private func handle(_ token: UInt64, _ state: inout LoopState) {
    switch token {
    case EventLoop.listenerToken: accept(&state)
    case EventLoop.wakeToken:
      var count: UInt64 = 0
      _ = read(wakeDescriptor, &count, 8)
      if core.isStopping { closeIdle() }
    default:
      if let connection = core.connections[token], connection.queueReady() {
        core.ready.push(ServerJob(connection: connection, cause: .ready))
      }
    }
  }

  private func sweep(_ now: MonotonicTime, _ state: inout LoopState) {
    state.nextSweep = now.adding(seconds: state.interval)
    for connection in core.connections.all where connection.queueExpired(now) {
      core.closing.push(ServerJob(connection: connection, cause: .expired))
    }
    if core.isStopping { closeIdle() }
    if state.isPaused, state.isListening {
      state.isPaused = false
      core.poll.add(listener.descriptor, EventPoll.readable, token: EventLoop.listenerToken)
    }
  }

  private func closeIdle() {
    for connection in core.connections.all where connection.queueIdle() {
      core.closing.push(ServerJob(connection: connection, cause: .expired))
    }
  }

  private func stopListening(_ state: inout LoopState) {
    guard state.isListening else { return }
    state.isListening = false
    close(listener.descriptor)
    closeIdle()
  }

  // MARK: - Accepting

  private func accept(_ state: inout LoopState) {
    guard state.isListening else { return }
    for _ in 0..<EventLoop.acceptsPerTurn {
      var storage = sockaddr_storage()
      var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
      let flags = Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
      let descriptor = withUnsafeMutablePointer(to: &storage) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          accept4(listener.descriptor, $0, &length, flags)
        }
      }
      if descriptor >= 0 {
        welcome(descriptor, &storage, length)
      } else if !mayAcceptAgain(errno, &state) {
        return
      }
    }
  }

  /// A level-triggered listener would spin while there are no descriptors, so it pauses a sweep.
  private func mayAcceptAgain(_ code: Int32, _ state: inout LoopState) -> Bool {
    switch code {
    case EAGAIN, EWOULDBLOCK: return false
    case EMFILE, ENFILE, ENOBUFS, ENOMEM:
      core.poll.remove(listener.descriptor)
      state.isPaused = true
      core.log?.record(.acceptPaused(code: code))
      return false
    default: return true  // This one connection failed (ECONNABORTED, EPROTO, EINTR …).
    }
  }

  private func welcome(
    _ descriptor: Int32, _ storage: inout sockaddr_storage, _ length: socklen_t
  ) {
    let address = AddressList.text(&storage, length)
    guard core.connections.count < core.limits.connections, hasRoom(for: address) else {
      turnAway(descriptor)
      return
    }
    SocketOption.noDelay(descriptor)
    let connection = core.connections.insert {
      Connection(token: $0, descriptor: descriptor, remoteAddress: address)
    }
    core.counters.withLock {
      $0.connectionsOpen += 1
      $0.connectionsAccepted += 1
    }
    let deadline = MonotonicTime.now().adding(seconds: core.limits.idleSeconds)
    if !connection.register(core.poll, until: deadline) {
      connection.close()
      core.connections.remove(connection.token)
      core.counters.withLock { $0.connectionsOpen -= 1 }
    }
  }

  private func hasRoom(for address: String) -> Bool {
    let limits = core.limits
    return limits.sparesLoopback && Loopback.contains(address)
      || core.connections.count(from: address) < limits.connectionsPerAddress
  }

  private func turnAway(_ descriptor: Int32) {
    core.counters.withLock { $0.connectionsRefused += 1 }
    core.log?.record(.full)
    let answer =
      "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: 0\r\n"
      + "Connection: close\r\n\r\n"
    Array(answer.utf8).withUnsafeBytes { bytes in
      _ = send(
        descriptor, bytes.baseAddress, bytes.count,
        Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
    }
    close(descriptor)
  }
}
