// The words of time: how long ago, how long still.

/// A unit in which a distance in time is told.
public enum TimeUnit: Sendable {
  /// Seconds.
  case seconds
  /// Minutes.
  case minutes
  /// Hours.
  case hours
  /// Days of 24 hours.
  case days
}

extension Sentence {
  static let justNow = Sentence(zh: "刚刚", en: "just now")
  static let atOnce = Sentence(zh: "马上", en: "in a moment")

  static func distance(_ count: Int64, _ unit: TimeUnit, isPast: Bool) -> Sentence {
    let amount = amount(count, unit)
    return isPast
      ? Sentence(zh: amount.zh + "前", en: amount.en + " ago")
      : Sentence(zh: amount.zh + "后", en: "in " + amount.en)
  }

  /// An amount of time in one unit: 3 分钟, 3 minutes.
  public static func amount(_ count: Int64, _ unit: TimeUnit) -> Sentence {
    let (zh, en) =
      switch unit {
      case .seconds: ("秒", "second")
      case .minutes: ("分钟", "minute")
      case .hours: ("小时", "hour")
      case .days: ("天", "day")
      }
    return Sentence(zh: "\(count) \(zh)", en: "\(count) \(en)\(count == 1 ? "" : "s")")
  }
}
