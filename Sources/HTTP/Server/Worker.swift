import Glibc

/// One thread's work: takes a connection, advances it as far as its bytes go, gives it back.
///
/// The read buffer belongs to the worker. Between two turns a connection
/// keeps only the bytes it cannot use yet (part of a head).
final class Worker {
  /// One read's most, and so the largest slice a sink gets.
  static let bufferBytes = 256 << 10
  /// Bytes moved for one connection before the others get their turn.
  static let turnBytes = 4 << 20

  enum Step {
    case again
    case read(upTo: Int)
    case write
    case gone
  }

  let core: ServerCore
  let buffer: UnsafeMutableRawBufferPointer
  var headWriter = ResponseHeadWriter()
  /// The bytes read and not yet used lie in `buffer[start..<end]`.
  var start = 0
  var end = 0
  private var turnBytesLeft = 0

  init(core: ServerCore) {
    self.core = core
    let headBytes = core.limits.requestLineBytes + core.limits.headerBytes
    // Room for the longest head, however large somebody sets it, and a turn's reading after it.
    let room = max(Worker.bufferBytes, 2 * headBytes + 64)
    buffer = .allocate(byteCount: room, alignment: 4096)
  }

  deinit { buffer.deallocate() }

  /// Serves a queue until it is closed.
  static func run(core: ServerCore, queue: JobQueue) {
    let worker = Worker(core: core)
    while let job = queue.pop() { worker.perform(job) }
  }

  private func perform(_ job: ServerJob) {
    let connection = job.connection
    switch job.cause {
    case .ready:
      guard connection.claim() else { return }
      serve(connection)
    case .expired:
      guard connection.claim() else { return }
      expire(connection)
    case .preempted:
      guard connection.claimForClosing() else { return }
      tear(connection)
    }
  }

  /// Advances a connection this thread owns until it has to wait or is gone.
  func serve(_ connection: Connection) {
    load(connection)
    turnBytesLeft = Worker.turnBytes
    while true {
      if connection.wasPreempted { return tear(connection) }
      switch step(connection) {
      case .again: continue
      case .gone: return
      case .write: return giveBack(connection, EventPoll.writable)
      case .read(let most):
        if turnBytesLeft <= 0 || !receive(connection, most) {
          return giveBack(connection, EventPoll.readable)
        }
      }
      if isClosed { return }
    }
  }

  private func step(_ connection: Connection) -> Step {
    switch connection.phase {
    case .head: return takeHead(connection)
    case .body(let reception): return takeBody(connection, reception)
    case .writing(let transmission): return write(connection, transmission)
    case .draining(let left): return drain(connection, left)
    case .lingering: return linger(connection)
    }
  }

  /// Set when the connection ended while it was read.
  private var isClosed = false

  private func load(_ connection: Connection) {
    isClosed = false
    start = 0
    end = connection.pending.count
    if end > 0 {
      connection.pending.withUnsafeBytes { buffer.copyMemory(from: $0) }
      connection.pending = []
    }
  }

  /// False when there is nothing to read now.
  private func receive(_ connection: Connection, _ most: Int) -> Bool {
    if start == end { (start, end) = (0, 0) }
    if end + most > buffer.count, start > 0 {
      buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[start..<end]))
      (start, end) = (0, end - start)
    }
    while true {
      let room = buffer[end..<min(buffer.count, end + most)]
      let count = recv(connection.descriptor, room.base.baseAddress.map { $0 + end }, room.count, 0)
      if count > 0 {
        end += count
        turnBytesLeft -= count
        core.counters.withLock { $0.bytesIn += Int64(count) }
        return true
      }
      if count < 0, errno == EINTR { continue }
      if count < 0, errno == EAGAIN || errno == EWOULDBLOCK { return false }
      // The peer ended or broke the connection.
      tear(connection)
      isClosed = true
      return true
    }
  }

  private func giveBack(_ connection: Connection, _ events: UInt32) {
    if end > start { connection.pending = Array(buffer[start..<end]) }
    let isIdle = connection.isBetweenRequests
    if isIdle, core.isStopping { return close(connection) }
    let deadline = deadline(connection)
    if !connection.arm(core.poll, events, until: deadline, isIdle: isIdle) { tear(connection) }
  }

  private func deadline(_ connection: Connection) -> MonotonicTime {
    let limits = core.limits
    switch connection.phase {
    case .head:
      if let began = connection.headBegan { return began.adding(seconds: limits.headerSeconds) }
      return .now().adding(seconds: limits.idleSeconds)
    case .body(let reception):
      let idle = MonotonicTime.now().adding(seconds: limits.bodyIdleSeconds)
      guard case .memory = reception.taker else { return idle }
      return min(idle, reception.began.adding(seconds: limits.collectSeconds))
    case .draining: return .now().adding(seconds: limits.bodyIdleSeconds)
    case .writing: return .now().adding(seconds: limits.writeIdleSeconds)
    case .lingering: return connection.lingerUntil
    }
  }
}

extension Connection {
  /// Whether nothing of a request has come since the last answer.
  var isBetweenRequests: Bool {
    if case .head = phase { return pending.isEmpty }
    return false
  }
}
