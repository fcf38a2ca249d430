import Glibc

/// An instant of CLOCK_MONOTONIC; every deadline in this module is one.
struct MonotonicTime: Comparable, Sendable {
  var nanoseconds: Int64

  static let distantFuture = MonotonicTime(nanoseconds: .max)

  static func now() -> MonotonicTime {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return MonotonicTime(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
  }

  static func < (left: MonotonicTime, right: MonotonicTime) -> Bool {
    left.nanoseconds < right.nanoseconds
  }

  /// Capped at about 31 years, so that an absurd limit cannot overflow.
  func adding(seconds: Double) -> MonotonicTime {
    let capped = min(max(seconds, 0), 1e9)
    return MonotonicTime(nanoseconds: nanoseconds + Int64(capped * 1e9))
  }

  /// What poll(2) wants: rounded up, never negative.
  func millisecondsLeft(at now: MonotonicTime = .now()) -> Int32 {
    let left = nanoseconds - now.nanoseconds
    return left <= 0 ? 0 : Int32(min((left + 999_999) / 1_000_000, 1_000_000))
  }
}
