// Dates and times of answers: the proleptic Gregorian calendar in a fixed
// offset from UTC, parsed and written as ISO 8601 the way ODK forms do.

/// A moment taken apart in local time.
struct CalendarTime: Equatable, Sendable {
  var year: Int
  var month: Int
  var day: Int
  var hour = 0
  var minute = 0
  var second = 0
  var millisecond = 0

  static let dayLength: Int64 = 86_400_000

  init?(year: Int, month: Int, day: Int) {
    guard (1...12).contains(month), (1...Self.days(in: month, of: year)).contains(day),
      (-9999...9999).contains(year)
    else { return nil }
    self.year = year
    self.month = month
    self.day = day
  }

  /// The local time at a moment given in milliseconds since 1970 UTC.
  init(milliseconds: Int64, offsetSeconds: Int) {
    let local = milliseconds + Int64(offsetSeconds) * 1000
    let days = local.floorDivided(by: Self.dayLength)
    let rest = Int(local - days * Self.dayLength)
    // Days to date after Howard Hinnant's public-domain algorithm.
    let shifted = days + 719_468
    let era = shifted.floorDivided(by: 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    day = Int(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    month = Int(shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9)
    year = Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0)
    hour = rest / 3_600_000
    minute = rest / 60_000 % 60
    second = rest / 1000 % 60
    millisecond = rest % 1000
  }

  /// Days since 1970-01-01.
  var dayNumber: Int64 {
    let shiftedYear = Int64(month <= 2 ? year - 1 : year)
    let era = shiftedYear.floorDivided(by: 400)
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = Int64((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1)
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  func milliseconds(offsetSeconds: Int) -> Int64 {
    dayNumber * Self.dayLength + timeOfDay - Int64(offsetSeconds) * 1000
  }

  private var timeOfDay: Int64 {
    Int64((hour * 60 + minute) * 60 + second) * 1000 + Int64(millisecond)
  }

  /// 0 is Sunday.
  var weekday: Int { Int((dayNumber + 4) - (dayNumber + 4).floorDivided(by: 7) * 7) }

  /// Counted from 1.
  private var dayOfYear: Int {
    (1..<month).reduce(day) { $0 + Self.days(in: $1, of: year) }
  }

  static func days(in month: Int, of year: Int) -> Int {
    switch month {
    case 4, 6, 9, 11: 30
    case 2:
      year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
        ? 29 : 28
    default: 31
    }
  }

  // MARK: Text

  /// `2026-01-31`.
  var dateText: String { "\(pad(year, 4))-\(pad(month, 2))-\(pad(day, 2))" }

  /// `08:30:00.000+08:00`.
  func timeText(offsetSeconds: Int) -> String {
    let clock = "\(pad(hour, 2)):\(pad(minute, 2)):\(pad(second, 2)).\(pad(millisecond, 3))"
    guard offsetSeconds != 0 else { return clock + "Z" }
    let minutes = abs(offsetSeconds) / 60
    return clock + (offsetSeconds < 0 ? "-" : "+")
      + "\(pad(minutes / 60, 2)):\(pad(minutes % 60, 2))"
  }

  func dateTimeText(offsetSeconds: Int) -> String {
    dateText + "T" + timeText(offsetSeconds: offsetSeconds)
  }

  /// A date `yyyy-mm-dd`, nothing before or behind.
  init?(date text: Substring) {
    let pieces = text.split(separator: "-", omittingEmptySubsequences: false)
    guard pieces.count == 3, let year = Self.digits(pieces[0]), let month = Self.digits(pieces[1]),
      let day = Self.digits(pieces[2])
    else { return nil }
    self.init(year: year, month: month, day: day)
  }

  /// A moment from a date, or a date and a time joined by `T`.
  static func moment(_ text: String, offsetSeconds: Int) -> Int64? {
    guard let mark = text.firstIndex(of: "T") else {
      return CalendarTime(date: text[...])?.milliseconds(offsetSeconds: offsetSeconds)
    }
    guard let date = CalendarTime(date: text[..<mark]) else { return nil }
    return date.at(text[text.index(after: mark)...], offsetSeconds: offsetSeconds)
  }

  /// The moment of a time of day, with or without a zone, on this date.
  func at(_ text: Substring, offsetSeconds: Int) -> Int64? {
    var clock = text
    var offset = offsetSeconds
    if text.hasSuffix("Z") {
      clock = text.dropLast()
      offset = 0
    } else if let mark = text.lastIndex(where: { $0 == "+" || $0 == "-" }) {
      let zone = text[text.index(after: mark)...].split(separator: ":")
      guard let hours = zone.first.flatMap({ Self.digits($0) }), hours <= 18 else { return nil }
      let minutes = zone.count > 1 ? Self.digits(zone[1]) : 0
      guard let minutes, minutes < 60, zone.count <= 2 else { return nil }
      offset = (hours * 60 + minutes) * 60 * (text[mark] == "-" ? -1 : 1)
      clock = text[..<mark]
    }
    var moment = self
    guard moment.setClock(clock) else { return nil }
    return moment.milliseconds(offsetSeconds: offset)
  }

  private mutating func setClock(_ text: Substring) -> Bool {
    let pieces = text.split(separator: ":", omittingEmptySubsequences: false)
    guard (2...3).contains(pieces.count), let hour = Self.digits(pieces[0]), hour < 24,
      let minute = Self.digits(pieces[1]), minute < 60
    else { return false }
    self.hour = hour
    self.minute = minute
    guard pieces.count == 3 else { return true }
    let parts = pieces[2].split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count <= 2, let second = Self.digits(parts[0]), second < 60 else { return false }
    self.second = second
    if parts.count == 2 {
      guard let fraction = Self.digits((parts[1] + "00").prefix(3)) else { return false }
      millisecond = fraction
    }
    return true
  }

  private static func digits(_ text: some StringProtocol) -> Int? {
    guard (1...4).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) })
    else { return nil }
    return Int(text)
  }

  private func pad(_ value: Int, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  /// Writes the fields by a pattern of `%Y %y %m %n %b %d %e %H %h %M %S %3 %a %%`
  /// (ODK XForms, format-date-time); nil when the pattern has an unknown escape.
  func formatted(_ pattern: String) -> String? {
    var result = ""
    var scalars = pattern.unicodeScalars.makeIterator()
    while let scalar = scalars.next() {
      guard scalar == "%" else {
        result.unicodeScalars.append(scalar)
        continue
      }
      guard let escape = scalars.next(), let piece = field(escape) else { return nil }
      result += piece
    }
    return result
  }

  private func field(_ escape: Unicode.Scalar) -> String? {
    switch escape {
    case "%": "%"
    case "Y": pad(year, 4)
    case "y": String(pad(year, 4).dropFirst(2))
    case "m": pad(month, 2)
    case "n": String(month)
    case "b": Self.monthNames[month - 1]
    case "d": pad(day, 2)
    case "e": String(day)
    case "H": pad(hour, 2)
    case "h": String(hour)
    case "M": pad(minute, 2)
    case "S": pad(second, 2)
    case "3": pad(millisecond, 3)
    case "a": Self.dayNames[weekday]
    case "W": String(WeekOfYear.number(year: year, dayOfYear: dayOfYear, weekday: weekday))
    default: nil
    }
  }

  private static let monthNames = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]
  private static let dayNames = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
}

extension Int64 {
  func floorDivided(by divisor: Int64) -> Int64 {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }
}
