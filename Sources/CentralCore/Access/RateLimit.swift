import Locks

/// A limit on attempts: so many in a window for each key, kept in memory.
///
/// A restart forgets it, which costs an attacker a restart he cannot cause.
public final class RateLimit: Sendable {
  private let attempts: Int
  private let windowMilliseconds: Int64
  private let keys = Mutex<[String: Window]>([:])
  /// Keys remembered at once; the oldest windows are forgotten first.
  static let keyLimit = 10_000

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
      if keys.count >= Self.keyLimit, keys[key] == nil { makeRoom(in: &keys, now: now) }
      var window = keys[key] ?? Window(began: now, count: 0)
      // A clock that was set back begins anew too: it must not lock anybody out.
      if !isRunning(window, now) { window = Window(began: now, count: 0) }
      window.count += 1
      keys[key] = window
      guard window.count > attempts else { return nil }
      return max(1, (window.began + windowMilliseconds - now + 999) / 1000)
    }
  }

  /// How many keys are remembered.
  var count: Int { keys.withLock { $0.count } }

  private func isRunning(_ window: Window, _ now: Int64) -> Bool {
    (0..<windowMilliseconds).contains(now - window.began)
  }

  /// Drops what ended; when that is little, the older half too, so that the
  /// next attempts do not search again.
  private func makeRoom(in keys: inout [String: Window], now: Int64) {
    keys = keys.filter { isRunning($0.value, now) }
    guard keys.count > Self.keyLimit / 2 else { return }
    let oldest = keys.sorted { $0.value.began < $1.value.began }
    for (key, _) in oldest.prefix(keys.count - Self.keyLimit / 2) { keys[key] = nil }
  }

  /// Forgets a key: the attempt was right.
  public func forget(_ key: String) {
    keys.withLock { $0[key] = nil }
  }
}
