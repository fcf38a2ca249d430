import Glibc

/// A thread of the test that answers yes or no at its end.
final class Worker {
  private final class Work {
    let body: @Sendable () -> Bool
    var answer = false
    init(_ body: @escaping @Sendable () -> Bool) { self.body = body }
  }
  private var thread = pthread_t()
  private let work: Work

  init(_ body: @escaping @Sendable () -> Bool) {
    work = Work(body)
    pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        let work = Unmanaged<Work>.fromOpaque(argument).takeRetainedValue()
        work.answer = work.body()
        return nil
      }, Unmanaged.passRetained(work).toOpaque())
  }

  func join() -> Bool {
    pthread_join(thread, nil)
    return work.answer
  }
}
