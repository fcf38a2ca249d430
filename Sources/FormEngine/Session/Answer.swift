// An answer as it is kept: typed by its question, so that expressions see a
// number, a date or a text (as JavaRosa's answer data do).

enum Answer: Equatable {
  case text(String)
  case integer(Int64)
  case decimal(Double)
  case boolean(Bool)
  case date(Int64)
  case dateTime(Int64)
  case time(Int64)

  /// The answer as it is written down, in a submission or a saved session.
  func text(offsetSeconds: Int) -> String {
    switch self {
    case .text(let text): return text
    case .integer(let value): return String(value)
    case .decimal(let value): return Self.decimalText(value)
    case .boolean(let value): return value ? "1" : "0"
    case .date(let moment):
      return CalendarTime(milliseconds: moment, offsetSeconds: offsetSeconds).dateText
    case .dateTime(let moment):
      return CalendarTime(milliseconds: moment, offsetSeconds: offsetSeconds)
        .dateTimeText(offsetSeconds: offsetSeconds)
    case .time(let moment):
      return CalendarTime(milliseconds: moment, offsetSeconds: offsetSeconds)
        .timeText(offsetSeconds: offsetSeconds)
    }
  }

  /// A decimal keeps its point: `12.0` (as JavaRosa, which writes bigger ones in another way).
  private static func decimalText(_ value: Double) -> String {
    let text = NumberText.string(value)
    return text.contains(".") || value.magnitude >= 1e7 || !value.isFinite ? text : text + ".0"
  }

  /// `0 0 0 0`: what a receiver without a fix says, which is no position (as JavaRosa).
  var isNowhere: Bool { self == .text("0.0 0.0 0.0 0.0") }

  var value: XPathValue {
    switch self {
    case .text(let text): .string(text)
    case .integer(let value): .number(Double(value))
    case .decimal(let value): .number(value)
    case .boolean(let value): .boolean(value)
    case .date(let moment): .date(moment, hasTime: false)
    case .dateTime(let moment), .time(let moment): .date(moment, hasTime: true)
    }
  }

  /// What a person wrote, as an answer of a type; nil when it is none.
  static func parse(_ text: String, as type: DataType, offsetSeconds: Int) -> Answer? {
    switch type {
    case .integer: return integer(text).map { .integer($0) }
    case .decimal: return decimal(text).map { .decimal($0) }
    case .boolean: return truth(text).map { .boolean($0) }
    case .date:
      return CalendarTime(date: dateHalf(of: text))
        .map { .date($0.milliseconds(offsetSeconds: offsetSeconds)) }
    case .dateTime:
      return CalendarTime.moment(text, offsetSeconds: offsetSeconds).map { .dateTime($0) }
    case .time:
      return CalendarTime(year: 1970, month: 1, day: 1)?
        .at(text[...], offsetSeconds: offsetSeconds).map { .time($0) }
    case .geopoint: return geopoint(text).map { .text($0) }
    case .geotrace, .geoshape: return geopoints(text).map { .text($0) }
    case .choices:
      return .text(text.split(whereSeparator: \.isWhitespace).joined(separator: " "))
    case .text, .untyped, .unknown, .choice, .barcode, .binary: return .text(text)
    }
  }

  private static func dateHalf(of text: String) -> Substring {
    text.firstIndex(of: "T").map { text[..<$0] } ?? text[...]
  }

  private static func integer(_ text: String) -> Int64? {
    let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
    guard (1...18).contains(digits.utf8.count),
      digits.utf8.allSatisfy({ (0x30...0x39).contains($0) })
    else { return nil }
    return Int64(text)
  }

  private static func decimal(_ text: String) -> Double? {
    guard text.utf8.count <= 40, let value = DecimalText.number(text), value.isFinite else {
      return nil
    }
    return value
  }

  private static func truth(_ text: String) -> Bool? {
    switch text {
    case "1", "true": true
    case "0", "false": false
    default: nil
    }
  }

  /// Positions with semicolons between (ODK XForms, geotrace and geoshape).
  private static func geopoints(_ text: String) -> String? {
    var points: [String] = []
    for piece in text.split(separator: ";") where piece.contains(where: { $0 != " " }) {
      guard let point = geopoint(String(piece)) else { return nil }
      points.append(point)
    }
    return points.isEmpty ? nil : points.joined(separator: "; ")
  }

  /// `latitude longitude [altitude [accuracy]]`, in degrees and metres.
  private static func geopoint(_ text: String) -> String? {
    let pieces = text.split { $0 == " " || $0 == "," }.map { decimal(String($0)) }
    guard (2...4).contains(pieces.count), !pieces.contains(where: { $0 == nil }) else {
      return nil
    }
    var numbers = pieces.compactMap { $0 }
    guard (-90...90).contains(numbers[0]), (-180...180).contains(numbers[1]) else { return nil }
    while numbers.count < 4 { numbers.append(0) }
    return numbers.map { $0 == $0.rounded() && abs($0) < 1e15 ? "\($0)" : NumberText.string($0) }
      .joined(separator: " ")
  }

  /// What a calculation came to, as an answer to a question of a type; nil when it is empty.
  static func wrap(_ value: XPathValue, as type: DataType, offsetSeconds: Int)
    throws(EvaluationFault) -> Answer?
  {
    switch value {
    case .string(let text):
      if text.isEmpty { return nil }
      switch type {
      case .date, .time, .dateTime, .geopoint, .geotrace, .geoshape:
        guard let answer = parse(text, as: type, offsetSeconds: offsetSeconds) else {
          throw EvaluationFault(code: .notADate, detail: text)
        }
        return answer
      default: return .text(text)
      }
    case .number(let number):
      if number.isNaN { return nil }
      if type == .integer, let whole = Int64(exactly: number.rounded(.towardZero)) {
        return .integer(whole)
      }
      let whole = number.rounded(.towardZero)
      if abs(number - whole) < 1.0e-9, let integer = Int64(exactly: whole) {
        return .integer(integer)
      }
      return .decimal(number)
    case .boolean(let flag): return .boolean(flag)
    case .date(let moment, let hasTime):
      switch type {
      case .time: return .time(moment)
      case .date:
        let local = CalendarTime(milliseconds: moment, offsetSeconds: offsetSeconds)
        let midnight = CalendarTime(year: local.year, month: local.month, day: local.day)
        return .date(midnight?.milliseconds(offsetSeconds: offsetSeconds) ?? moment)
      default: return hasTime || type == .dateTime ? .dateTime(moment) : .date(moment)
      }
    case .nodes: return nil
    }
  }
}
