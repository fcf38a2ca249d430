/// A first-in-first-out queue that threads wait on.
final class JobQueue: Sendable {
  private struct State {
    var jobs: [ServerJob] = []
    var head = 0
    var isClosed = false
  }

  private let state = Monitor(State())

  func push(_ job: ServerJob) {
    state.withLockAndSignal { $0.jobs.append(job) }
  }

  /// The next job; nil when the queue is closed and empty.
  func pop() -> ServerJob? {
    let job: ServerJob?? = state.wait { state in
      if state.head < state.jobs.count { return .some(JobQueue.take(&state)) }
      return state.isClosed ? .some(nil) : nil
    }
    return job ?? nil
  }

  /// Waiting threads get nil once the jobs left are taken.
  func close() {
    state.withLockAndBroadcast { $0.isClosed = true }
  }

  private static func take(_ state: inout State) -> ServerJob {
    let job = state.jobs[state.head]
    state.head += 1
    if state.head == state.jobs.count {
      state.jobs.removeAll(keepingCapacity: state.jobs.capacity <= 4096)
      state.head = 0
    } else if state.head >= 1024, state.head * 2 >= state.jobs.count {
      state.jobs.removeFirst(state.head)
      state.head = 0
    }
    return job
  }
}
