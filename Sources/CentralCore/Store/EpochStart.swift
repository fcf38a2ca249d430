import SyncProtocol

/// Where the versions of a new epoch begin (PROTOCOL.md §9).
///
/// Versions of two histories must never be mistaken for each other, also not
/// those of two restorations of one backup, which know nothing of each other.
/// What parts them is the moment they began.
enum EpochStart {
  /// Versions set aside for each second since 1970: a history that gives out
  /// fewer stays below every one that begins after it, and all stay below 2⁵³
  /// until 2242.
  private static let perSecond: Int64 = 1 << 20
  /// The distance to the last history where the clock is of no use.
  private static let stride: Int64 = 1 << 40

  /// The first version of an epoch.
  ///
  /// - Parameters:
  ///   - head: the version the backup gave out last.
  ///   - now: milliseconds since 1970 UTC.
  static func version(after head: Int64, now: Int64) -> Int64 {
    let (start, isTooLarge) = (now / 1000).multipliedReportingOverflow(by: perSecond)
    // A clock before the head's time is wrong, and so is one beyond the numbers
    // that travel.
    guard !isTooLarge, start > head, start < Limits.numbers else { return head + stride }
    return start
  }
}
