import Glibc

/// A value that one thread at a time may touch.
///
/// It stands in for `Synchronization.Mutex`, whose futex ThreadSanitizer does
/// not see: every value guarded by that one is reported as a race. It is used
/// the same way.
///
/// Sendable because the value is only ever touched while the mutex is held.
public final class Mutex<Value>: @unchecked Sendable {
  @usableFromInline let mutex: UnsafeMutablePointer<pthread_mutex_t>
  @usableFromInline var value: Value

  /// Guards a value that nobody else holds.
  public init(_ value: sending Value) {
    mutex = .allocate(capacity: 1)
    pthread_mutex_init(mutex, nil)
    self.value = value
  }

  deinit {
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }

  /// Runs the body alone with the value. A body must not lock the same mutex
  /// again: it would wait for itself.
  @inlinable
  public func withLock<Result, Failure: Error>(
    _ body: (inout sending Value) throws(Failure) -> sending Result
  ) throws(Failure) -> sending Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return try body(&value)
  }
}
