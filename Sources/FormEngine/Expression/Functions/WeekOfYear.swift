/// `%W` of format-date(), which the specification does not have and JavaRosa does:
/// weeks begin on Sunday, and the week with the first of January is week 1. In
/// JavaRosa that is a matter of the device's locale; this is what it says in English.
enum WeekOfYear {
  /// The week of the day of a year (from 1) that is on a weekday (0 is Sunday).
  static func number(year: Int, dayOfYear: Int, weekday: Int) -> Int {
    let isLeap = year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
    let daysToNewYear = (isLeap ? 366 : 365) - dayOfYear + 1
    // The last days of December are in the first week when the new year begins in theirs.
    if daysToNewYear + weekday < 7 { return 1 }
    let firstWeekday = (weekday - (dayOfYear - 1) % 7 + 7) % 7
    return (dayOfYear - 1 + firstWeekday) / 7 + 1
  }
}
