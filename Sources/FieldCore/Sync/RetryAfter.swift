import Glibc
import SyncProtocol

/// How long an answer asks to be left alone (RFC 9110 §10.2.3): seconds, or a
/// date, which is reckoned from the answer's own `Date` because the device's
/// clock may be wrong by years.
enum RetryAfter {
  /// Seconds, at most `Limits.retryAfterSeconds`; nil when it does not say.
  static func seconds(in response: TransportResponse) -> Int64? {
    guard let field = response.header("Retry-After") else { return nil }
    let asked = Int64(field) ?? difference(field, response.header("Date"))
    return asked.map { min(max(0, $0), Limits.retryAfterSeconds) }
  }

  private static func difference(_ until: String, _ date: String?) -> Int64? {
    guard let until = moment(until), let date = date.flatMap(moment) else { return nil }
    return until - date
  }

  /// Seconds since 1970 of an IMF-fixdate, "Sun, 06 Nov 1994 08:49:37 GMT"
  /// (RFC 9110 §5.6.7); nil for anything else.
  static func moment(_ text: String) -> Int64? {
    let months = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    let words = text.split(separator: " ")
    guard text.utf8.count == 29, words.count == 6, words[5] == "GMT",
      let day = Int32(words[1]), let month = months.firstIndex(of: String(words[2])),
      let year = Int32(words[3]), (1970...9999).contains(year), (1...31).contains(day)
    else { return nil }
    let clock = words[4].split(separator: ":").map { Int32($0) ?? -1 }
    guard clock.count == 3, (0...23).contains(clock[0]), (0...59).contains(clock[1]),
      (0...60).contains(clock[2])
    else { return nil }
    var parts = tm()
    (parts.tm_year, parts.tm_mon, parts.tm_mday) = (year - 1900, Int32(month), day)
    (parts.tm_hour, parts.tm_min, parts.tm_sec) = (clock[0], clock[1], clock[2])
    return Int64(timegm(&parts))
  }
}
