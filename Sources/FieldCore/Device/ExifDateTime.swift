/// A moment by a camera's clock (Exif 2.32 §4.6.5, DateTimeOriginal and
/// OffsetTimeOriginal).
public struct ExifDateTime: Sendable, Equatable {
  /// Year of four digits.
  public let year: Int
  /// Month from 1.
  public let month: Int
  /// Day from 1.
  public let day: Int
  /// Hour from 0.
  public let hour: Int
  /// Minute.
  public let minute: Int
  /// Second.
  public let second: Int
  /// Minutes that the clock is ahead of UTC, or nil when the camera did not
  /// say: then nobody knows which moment it was.
  public internal(set) var offsetMinutes: Int?

  /// Seconds since 1970 UTC, when the offset is known.
  public var utcSeconds: Int64? {
    offsetMinutes.map { Int64(clockSeconds - $0 * 60) }
  }

  /// Seconds since 1970 as if the clock showed UTC.
  var clockSeconds: Int {
    Self.days(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second
  }

  /// Reads "YYYY:MM:DD HH:MM:SS".
  init?(_ text: [UInt8]) {
    guard text.count == 19, text[10] == UInt8(ascii: " "),
      let date = ExifDate(text[..<10]),
      let time = Self.numbers(text[11...], separator: UInt8(ascii: ":"), digits: [2, 2, 2]),
      time[0] < 24, time[1] < 60, time[2] <= 60
    else { return nil }
    (year, month, day) = (date.year, date.month, date.day)
    (hour, minute, second) = (time[0], time[1], time[2])
  }

  /// Reads "+HH:MM" or "-HH:MM" as minutes; the widest in use is +14:00.
  static func offset(_ text: [UInt8]) -> Int? {
    guard text.count == 6, text[0] == UInt8(ascii: "+") || text[0] == UInt8(ascii: "-"),
      let parts = numbers(text[1...], separator: UInt8(ascii: ":"), digits: [2, 2]),
      parts[0] <= 14, parts[1] < 60
    else { return nil }
    let minutes = parts[0] * 60 + parts[1]
    return text[0] == UInt8(ascii: "-") ? -minutes : minutes
  }

  /// Whether a text is how Exif writes "unknown": blanks, colons or zeros.
  static func isUnknown(_ text: [UInt8]) -> Bool {
    text.allSatisfy { " :0".utf8.contains($0) } && !text.contains { $0 == UInt8(ascii: "+") }
  }

  /// Days since 1970-01-01 in the Gregorian calendar; years are counted from
  /// March, so that the leap day comes last.
  static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let shifted = month > 2 ? year : year - 1
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  fileprivate static func numbers(
    _ text: ArraySlice<UInt8>, separator: UInt8, digits: [Int]
  ) -> [Int]? {
    let parts = text.split(separator: separator, omittingEmptySubsequences: false)
    guard parts.map(\.count) == digits,
      text.allSatisfy({ $0 == separator || (0x30...0x39).contains($0) })
    else { return nil }
    return parts.map { $0.reduce(0) { $0 * 10 + Int($1 - 0x30) } }
  }
}

/// A day written "YYYY:MM:DD".
struct ExifDate {
  let year: Int
  let month: Int
  let day: Int

  init?(_ text: ArraySlice<UInt8>) {
    guard
      let parts = ExifDateTime.numbers(text, separator: UInt8(ascii: ":"), digits: [4, 2, 2]),
      (1...12).contains(parts[1]), parts[0] > 0
    else { return nil }
    let next = parts[1] == 12 ? (parts[0] + 1, 1) : (parts[0], parts[1] + 1)
    let length =
      ExifDateTime.days(next.0, next.1, 1) - ExifDateTime.days(parts[0], parts[1], 1)
    guard (1...length).contains(parts[2]) else { return nil }
    (year, month, day) = (parts[0], parts[1], parts[2])
  }
}
