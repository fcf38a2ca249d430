// Time for people, in the zone of the device, through glibc: no ICU, so that a
// start costs nothing.

import Glibc

/// Shows points in time, given in milliseconds since 1970-01-01T00:00Z.
public enum LocalTime {
  /// The local date and time to the minute: `2026-11-21 08:31`.
  public static func dateAndTime(_ milliseconds: Int64) -> String {
    date(milliseconds) + " " + time(milliseconds)
  }

  /// The local date: `2026-11-21`.
  public static func date(_ milliseconds: Int64) -> String {
    let parts = broken(milliseconds)
    let year = Int(parts.tm_year) + 1900
    return "\(padded(year, 4))-\(padded(Int(parts.tm_mon) + 1, 2))-\(padded(Int(parts.tm_mday), 2))"
  }

  /// The local time of day to the minute, 24 hours: `08:31`.
  public static func time(_ milliseconds: Int64) -> String {
    let parts = broken(milliseconds)
    return "\(padded(Int(parts.tm_hour), 2)):\(padded(Int(parts.tm_min), 2))"
  }

  /// The local time of day to the second: `18:02:11`.
  public static func timeWithSeconds(_ milliseconds: Int64) -> String {
    "\(time(milliseconds)):\(padded(Int(broken(milliseconds).tm_sec), 2))"
  }

  /// The distance from now in one unit, rounded towards now; beyond 30 days the date.
  public static func relative(_ milliseconds: Int64, now: Int64) -> Sentence {
    let (difference, overflow) = milliseconds.subtractingReportingOverflow(now)
    let seconds = overflow ? Int64.max : Int64(clamping: difference.magnitude / 1000)
    let isPast = milliseconds <= now
    switch seconds {
    case ..<60: return isPast ? .justNow : .atOnce
    case ..<3600: return .distance(seconds / 60, .minutes, isPast: isPast)
    case ..<86_400: return .distance(seconds / 3600, .hours, isPast: isPast)
    case ..<(30 * 86_400): return .distance(seconds / 86_400, .days, isPast: isPast)
    default:
      let date = date(milliseconds)
      return Sentence(zh: date, en: date)
    }
  }

  /// The time broken into local fields; all zero where the year leaves the C library's range.
  private static func broken(_ milliseconds: Int64) -> tm {
    // Floor, so that the second before 1970 is 23:59:59 and not 00:00:00.
    let (quotient, remainder) = milliseconds.quotientAndRemainder(dividingBy: 1000)
    var seconds = time_t(remainder < 0 ? quotient - 1 : quotient)
    var parts = tm()
    // A year beyond `Int32` leaves the fields as they are: zero.
    _ = localtime_r(&seconds, &parts)
    return parts
  }

  private static func padded(_ number: Int, _ digits: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}
