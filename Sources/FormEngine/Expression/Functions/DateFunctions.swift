// Dates, moments and times of day (ODK XForms, date and time functions).

extension Evaluator {
  /// A date without its time; what is empty stays empty.
  func day(_ value: XPathValue) throws(EvaluationFault) -> XPathValue {
    guard case .date(let moment, _) = try moment(value, keepsTime: false) else {
      return unpacked(value)
    }
    let midnight = dayNumber(moment) * CalendarTime.dayLength - Int64(offset) * 1000
    return .date(midnight, hasTime: false)
  }

  func moment(_ value: XPathValue, keepsTime: Bool = true) throws(EvaluationFault)
    -> XPathValue
  {
    switch unpacked(value) {
    case .date(let moment, _): return .date(moment, hasTime: true)
    case .string(let text):
      if text.isEmpty { return .string("") }
      guard let moment = CalendarTime.moment(text, offsetSeconds: offset) else {
        throw EvaluationFault(code: .notADate, detail: text)
      }
      return .date(moment, hasTime: true)
    case .number(let days):
      if days.isNaN { return .number(days) }
      guard abs(days) <= 2_147_483_647 else {
        throw EvaluationFault(code: .dateOutOfRange, detail: NumberText.string(days))
      }
      guard keepsTime else {
        let local = Int64(days.rounded(.towardZero)) * CalendarTime.dayLength
        return .date(local - Int64(offset) * 1000, hasTime: false)
      }
      return .date(Int64(days * Double(CalendarTime.dayLength)), hasTime: true)
    case .boolean, .nodes: throw EvaluationFault(code: .notADate, detail: string(value))
    }
  }

  func formatted(_ values: [XPathValue]) throws(EvaluationFault) -> String {
    guard case .date(let moment, _) = try moment(values[0]) else { return "" }
    let time = CalendarTime(milliseconds: moment, offsetSeconds: offset)
    let pattern = string(values[1])
    guard let text = time.formatted(pattern) else {
      throw EvaluationFault(code: .unknownDateEscape, detail: pattern)
    }
    return text
  }

  func decimalDays(_ value: XPathValue, keepsDate: Bool) throws(EvaluationFault)
    -> XPathValue
  {
    let plain = unpacked(value)
    if case .number(let days) = plain {
      return .number(keepsDate ? days : days - days.rounded(.down))
    }
    guard case .date(let moment, _) = try moment(plain) else { return plain }
    if keepsDate { return .number(Double(moment) / Double(CalendarTime.dayLength)) }
    let days = Double(moment + Int64(offset) * 1000) / Double(CalendarTime.dayLength)
    return .number(days - days.rounded(.down))
  }
}
