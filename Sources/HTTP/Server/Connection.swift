import Glibc

/// One accepted socket: who owns it, until when it may wait, and where its exchange stands.
///
/// Ownership goes armed → queued → owned → armed. Only the epoll thread or the
/// closing thread takes an armed connection, and only the owner touches `phase`
/// and what lies beside it.
///
/// Sendable because the shared fields are touched under `lock` and the others
/// by the one owning thread, with the lock between two owners.
final class Connection: @unchecked Sendable {
  private enum Ownership { case armed, queued, owned, closed }

  let token: UInt64
  let descriptor: Int32
  let remoteAddress: String

  private let lock = Lock()
  private var ownership = Ownership.owned
  private var deadline = MonotonicTime.distantFuture
  private var isIdle = false
  private var isPreempted = false
  private var currentExchange = 0

  // The owner's.
  var phase = Phase.head
  var afterWriting = AfterWriting.nextRequest
  var scanner = HeadScanner()
  var headBegan: MonotonicTime?
  var pending: [UInt8] = []
  var answered = 0
  /// Whether its answer is counted among those that wait for their readers.
  var isHeld = false
  var lingerUntil = MonotonicTime.distantFuture
  var lingerBytesLeft = 0

  init(token: UInt64, descriptor: Int32, remoteAddress: String) {
    self.token = token
    self.descriptor = descriptor
    self.remoteAddress = remoteAddress
  }
}

/// Where a connection stands.
enum Phase {
  /// Between requests, or inside a head.
  case head
  /// Inside a body that somebody takes.
  case body(BodyReception)
  /// Inside a response.
  case writing(Transmission)
  /// Throwing away the rest of a refused body; the next request follows it.
  case draining(Int64)
  /// The answer is out and our side is shut: throwing away what still comes.
  case lingering
}

/// What follows a response that is written.
enum AfterWriting {
  case nextRequest
  case body(BodyReception)
  case drain(Int64)
  case close
  case linger
}

// MARK: - Ownership

extension Connection {
  /// Gives the connection back to epoll; false when it was pre-empted and the owner must end it.
  func arm(
    _ poll: EventPoll, _ events: UInt32, until deadline: MonotonicTime, isIdle: Bool
  ) -> Bool {
    lock.withLock {
      if isPreempted { return false }
      ownership = .armed
      self.deadline = deadline
      self.isIdle = isIdle
      if poll.modify(descriptor, events | EventPoll.once, token: token) { return true }
      ownership = .owned
      return false
    }
  }

  /// Registers a new connection; until then its maker owns it.
  func register(_ poll: EventPoll, until deadline: MonotonicTime) -> Bool {
    lock.withLock {
      ownership = .armed
      self.deadline = deadline
      isIdle = true
      if poll.add(descriptor, EventPoll.readable | EventPoll.once, token: token) { return true }
      ownership = .owned
      return false
    }
  }

  /// Armed → queued, when epoll reports it.
  func queueReady() -> Bool { queue { true } }

  /// Armed → queued, when its deadline has passed.
  func queueExpired(_ now: MonotonicTime) -> Bool { queue { self.deadline <= now } }

  /// Armed → queued, when no request is under way.
  func queueIdle() -> Bool { queue { self.isIdle } }

  /// Queued → owned by the calling thread.
  func claim() -> Bool {
    lock.withLock {
      guard ownership == .queued else { return false }
      ownership = .owned
      return true
    }
  }

  /// Whatever is not in a thread's hands → owned by the calling thread.
  func claimForClosing() -> Bool {
    lock.withLock {
      guard ownership == .armed || ownership == .queued else { return false }
      ownership = .owned
      return true
    }
  }

  private func queue(_ condition: () -> Bool) -> Bool {
    lock.withLock {
      guard ownership == .armed, condition() else { return false }
      ownership = .queued
      return true
    }
  }

  /// Ends the ownership and the socket; the owner's last call.
  func close() {
    lock.withLock {
      ownership = .closed
      currentExchange += 1
      _ = Glibc.close(descriptor)
    }
    // Breaks the cycle connection → sink → handle → connection.
    phase = .lingering
    afterWriting = .close
    pending = []
  }
}

// MARK: - Pre-emption

extension Connection {
  var wasPreempted: Bool { lock.withLock { isPreempted } }

  var exchange: Int { lock.withLock { currentExchange } }

  /// The request is over: a handle to it ends nothing any more.
  func endExchange() { lock.withLock { currentExchange += 1 } }

  /// Shuts the socket if it still serves `exchange`; nil stands for whichever it serves.
  ///
  /// The lock is what keeps shutdown(2) from hitting a descriptor that was
  /// closed and given to somebody else.
  func preempt(exchange: Int?) -> Bool {
    lock.withLock {
      guard ownership != .closed, !isPreempted, exchange ?? currentExchange == currentExchange
      else { return false }
      isPreempted = true
      shutdown(descriptor, Int32(SHUT_RDWR))
      return true
    }
  }
}
