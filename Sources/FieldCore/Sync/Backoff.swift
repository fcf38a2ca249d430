/// How long to wait between rounds (PROTOCOL.md §10): full jitter, so that a
/// street of handhelds that lost one mast does not come back as one.
public struct Backoff: Sendable {
  /// The longest wait, in seconds.
  public static let longest = 900.0
  private var failures = 0

  /// No failure yet.
  public init() {}

  /// Another network came: what was learnt about the last one is nothing worth.
  public mutating func networkChanged() { failures = 0 }

  /// Seconds to wait after a round.
  ///
  /// Nothing after progress; else *random(0, min(900, 2ⁿ))*, n the failures in
  /// a row from 0. Never less than the centre asked for.
  public mutating func wait(
    after outcome: SyncOutcome, using random: inout some RandomNumberGenerator
  ) -> Double {
    let asked = Double(outcome.error?.retryAfter ?? 0)
    guard outcome.error != nil, !outcome.madeProgress else {
      failures = 0
      return asked
    }
    let ceiling = min(Self.longest, Double(Int64(1) << Int64(min(failures, 30))))
    failures += 1
    // 53 bits, all that a Double holds, as a share of the ceiling.
    let share = Double(random.next() >> 11) / Double(1 << 53)
    return max(asked, share * ceiling)
  }
}
