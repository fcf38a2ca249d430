import Synchronization

/// A limit on attempts: so many in a window for each key, kept in memory.
///
/// A restart forgets it, which costs an attacker a restart he cannot cause.
public final class RateLimit: Sendable {
  private let attempts: Int
  private let windowMilliseconds: Int64
  private let keys = Mutex<[String: Window]>([:])
  /// Keys remembered at once; the oldest windows are forgotten first.
  private static let keyLimit = 10_000

  private struct Window {
    var began: Int64
    var count: Int
  }

  /// So many attempts in each window.
  public init(attempts: Int, windowSeconds: Int64) {
    self.attempts = attempts
    windowMilliseconds = windowSeconds * 1000
  }

  /// Counts an attempt; the seconds to wait when there were too many, else nil.
  public func refuse(_ key: String, now: Int64) -> Int64? {
    keys.withLock { keys in
      if keys.count >= Self.keyLimit {
        keys = keys.filter { now - $0.value.began < windowMilliseconds }
      }
      var window = keys[key] ?? Window(began: now, count: 0)
      if now - window.began >= windowMilliseconds { window = Window(began: now, count: 0) }
      window.count += 1
      keys[key] = window
      guard window.count > attempts else { return nil }
      return max(1, (window.began + windowMilliseconds - now + 999) / 1000)
    }
  }

  /// Forgets a key: the attempt was right.
  public func forget(_ key: String) {
    keys.withLock { $0[key] = nil }
  }
}
