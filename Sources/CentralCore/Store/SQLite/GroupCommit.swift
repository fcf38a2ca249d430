import Database
import Dispatch
import Locks

/// The one writer: whoever has something to write and finds nobody writing commits
/// for everybody who waits then.
///
/// No thread of its own: a single write runs on its caller's thread. While it is being
/// fsynced others gather; the first of them leads next, and commits them together.
///
/// `@unchecked Sendable`: only the leader touches the connection, and the lock stands
/// between two leaders.
final class GroupCommit: @unchecked Sendable {
  /// One waiting write.
  private final class Job: Sendable {
    /// Runs the write, a second time when another one failed; returns whether its
    /// changes are to be kept.
    let run: @Sendable (SQLiteTransaction) -> Bool
    let committed: @Sendable ((any Error)?) -> Void
    /// Signalled when the write is over, or when its caller is to lead.
    let turn = DispatchSemaphore(value: 0)
    private let over = Mutex(false)

    init(
      run: @escaping @Sendable (SQLiteTransaction) -> Bool,
      committed: @escaping @Sendable ((any Error)?) -> Void
    ) {
      self.run = run
      self.committed = committed
    }

    var isOver: Bool { over.withLock { $0 } }

    func end() { over.withLock { $0 = true } }
  }

  private struct State {
    var waiting: [Job] = []
    var isLed = false
  }

  private let connection: Connection
  private let city: String
  private let state = Mutex(State())
  /// Writes committed together at most: bounds how long the first one waits.
  private static let batch = 64

  init(connection: Connection, city: String) {
    self.connection = connection
    self.city = city
  }

  /// Runs a write in a transaction and returns when `committed` was called with
  /// what came of the commit.
  func perform(
    run: @escaping @Sendable (SQLiteTransaction) -> Bool,
    committed: @escaping @Sendable ((any Error)?) -> Void
  ) {
    let job = Job(run: run, committed: committed)
    let isFirst = state.withLock { state in
      state.waiting.append(job)
      defer { state.isLed = true }
      return !state.isLed
    }
    if !isFirst { job.turn.wait() }
    if job.isOver { return }
    // It is this caller's turn to lead.
    while !job.isOver { commitWaiting(led: job) }
    handOver()
  }

  private func handOver() {
    let next = state.withLock { state in
      state.isLed = !state.waiting.isEmpty
      return state.waiting.first
    }
    next?.turn.signal()
  }

  private func commitWaiting(led own: Job) {
    let jobs = state.withLock { state in
      let taken = Array(state.waiting.prefix(Self.batch))
      state.waiting.removeFirst(taken.count)
      return taken
    }
    var failure: (any Error)?
    do { try commit(jobs) } catch { failure = error }
    for job in jobs {
      job.committed(failure)
      job.end()
      if job !== own { job.turn.signal() }
    }
  }

  /// A write that ended with an error of its own.
  private struct Abandoned: Error {}

  /// Nearly always every write succeeds, and then no savepoint is needed: SQLite
  /// copies each page that is changed after one. When one fails, nothing is kept,
  /// and all run again, each in a savepoint.
  private func commit(_ jobs: [Job]) throws {
    do {
      try connection.transaction {
        try run(jobs) { job, transaction in
          if !job.run(transaction) { throw Abandoned() }
        }
      }
    } catch is Abandoned {
      // A single one keeps its error, and has left nothing.
      if jobs.count == 1 { return }
      try connection.transaction {
        try run(jobs) { job, transaction in try runApart(job, in: transaction) }
      }
    }
  }

  private func run(
    _ jobs: [Job], _ body: (Job, SQLiteTransaction) throws -> Void
  ) throws {
    var transaction = SQLiteTransaction(connection: connection, city: city)
    transaction.versions = VersionSequence(after: try transaction.storedHead())
    for job in jobs { try body(job, transaction) }
    try transaction.storeHead()
  }

  private func runApart(_ job: Job, in transaction: SQLiteTransaction) throws {
    let head = transaction.versions?.head ?? 0
    do {
      try connection.transaction {
        if !job.run(transaction) { throw Abandoned() }
      }
    } catch is Abandoned {
      // The job keeps its own error; its savepoint is undone.
      transaction.versions?.head = head
    }
  }
}

/// What one write came to; its caller reads it when the commit is over.
final class Outcome<T: Sendable>: Sendable {
  private let held = Mutex<Result<T, any Error>?>(nil)

  /// Notes what the body came to; whether it is to be kept.
  func set(_ result: Result<T, any Error>) -> Bool {
    held.withLock { $0 = result }
    if case .success = result { return true }
    return false
  }

  /// A failed commit fails every write of the batch, but a write that failed by
  /// itself keeps its own reason.
  func finish(_ error: (any Error)?) {
    guard let error else { return }
    held.withLock { held in
      if case .failure = held { return }
      held = .failure(error)
    }
  }

  func result() throws -> T {
    guard let result = held.withLock({ $0 }) else { throw DatabaseError(.other) }
    return try result.get()
  }
}
