// What each function computes. One table: a case per function of the
// specification, grouped as the specification groups them.

import Glibc

extension Evaluator {
  func call(_ function: Function, _ arguments: [Formula], _ context: EvaluationContext)
    throws(EvaluationFault) -> XPathValue
  {
    switch function {
    case .conditional:
      return try evaluate(try isTrue(arguments[0], context) ? arguments[1] : arguments[2], context)
    case .coalesce:
      let first = unpacked(try evaluate(arguments[0], context))
      return isEmpty(first) ? try evaluate(arguments[1], context) : first
    case .once:
      let own = value(of: context.node)
      return string(own).isEmpty ? try evaluate(arguments[0], context) : own
    case .position:
      return .number(Double(try position(arguments.first, context)))
    case .stringLength:
      let text = try arguments.first.map { (formula) throws(EvaluationFault) in
        try evaluate(formula, context)
      }
      return .number(Double(string(text ?? value(of: context.node)).unicodeScalars.count))
    default: break
    }
    var values: [XPathValue] = []
    values.reserveCapacity(arguments.count)
    for argument in arguments { values.append(try evaluate(argument, context)) }
    if let text = textual(function, values, context) { return .string(text) }
    if let number = numeric(function, values) { return .number(number) }
    return try other(function, values)
  }

  private func isEmpty(_ value: XPathValue) -> Bool {
    switch value {
    case .string(let text): text.isEmpty
    case .number(let number): number.isNaN
    default: false
    }
  }

  private func position(_ argument: Formula?, _ context: EvaluationContext)
    throws(EvaluationFault) -> Int
  {
    guard let argument else {
      if context.position > 0 { return context.position }
      return instance.ordinal(of: context.node.index) + 1
    }
    guard case .nodes(let handles) = try evaluate(argument, context), let first = handles.first,
      first.list < 0
    else { return 0 }
    return instance.ordinal(of: first.index) + 1
  }

  // MARK: Strings (counted in Unicode scalars)

  private func textual(
    _ function: Function, _ values: [XPathValue], _ context: EvaluationContext
  ) -> String? {
    switch function {
    case .string: return string(values[0])
    case .concat: return list(values).map { string($0) }.joined()
    case .join:
      return list(Array(values.dropFirst())).map { string($0) }.joined(separator: string(values[0]))
    case .substr: return substring(values)
    case .substringBefore:
      let (text, wanted) = (Array(string(values[0]).unicodeScalars), scalars(values[1]))
      return text.firstRange(of: wanted).map { ScalarText.string(text[..<$0.lowerBound]) } ?? ""
    case .substringAfter:
      let (text, wanted) = (scalars(values[0]), scalars(values[1]))
      if wanted.isEmpty { return ScalarText.string(text[...]) }
      return text.firstRange(of: wanted).map { ScalarText.string(text[$0.upperBound...]) } ?? ""
    case .translate: return translate(values)
    case .normalizeSpace:
      let text = string(values.first ?? .nodes([context.node]))
      return text.unicodeScalars.split { $0.value <= 0x20 }.map { String($0) }
        .joined(separator: " ")
    case .selectedAt:
      let index = number(values[1])
      let words = string(values[0]).split(separator: " ")
      guard index >= 0, index < Double(words.count) else { return "" }
      return String(words[Int(index)])
    case .uuid:
      guard let length = values.first.map({ number($0) }) else { return environment.makeUUID() }
      return randomWord(length: length >= 0 && length <= 1000 ? Int(length) : 0)
    case .version: return definition.version
    default: return nil
    }
  }

  private func scalars(_ value: XPathValue) -> [Unicode.Scalar] {
    Array(string(value).unicodeScalars)
  }

  private func substring(_ values: [XPathValue]) -> String {
    let text = scalars(values[0])
    var start = whole(number(values[1]))
    var end = values.count > 2 ? whole(number(values[2])) : text.count
    if start < 0 { start += text.count }
    if end < 0 { end += text.count }
    start = min(max(0, start), text.count)
    end = min(max(0, end), text.count)
    return start <= end ? ScalarText.string(text[start..<end]) : ""
  }

  /// Towards zero; NaN is 0, as a cast of Java's.
  private func whole(_ value: Double) -> Int {
    value.isNaN ? 0 : Int(max(-1e9, min(1e9, value)))
  }

  private func translate(_ values: [XPathValue]) -> String {
    let from = scalars(values[1])
    let to = scalars(values[2])
    var result = String.UnicodeScalarView()
    for scalar in string(values[0]).unicodeScalars {
      guard let place = from.firstIndex(of: scalar) else {
        result.append(scalar)
        continue
      }
      if place < to.count { result.append(to[place]) }
    }
    return String(result)
  }

  private func randomWord(length: Int) -> String {
    let letters = Array("0123456789abcdefghijklmnopqrstuvwxyz".utf8)
    let bytes = (0..<length).map { _ in
      letters[min(letters.count - 1, Int(environment.random() * Double(letters.count)))]
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  // MARK: Numbers

  private func numeric(_ function: Function, _ values: [XPathValue]) -> Double? {
    let first = values.first.map { number($0) } ?? .nan
    switch function {
    case .number: return first
    case .random: return environment.random()
    case .int: return first.rounded(.towardZero)
    case .sum: return list(values).map { number($0) }.filter { !$0.isNaN }.reduce(0, +)
    case .max: return list(values).map { number($0) }.filter { !$0.isNaN }.max() ?? .nan
    case .min: return list(values).map { number($0) }.filter { !$0.isNaN }.min() ?? .nan
    case .round: return Rounding.round(first, places: values.count > 1 ? number(values[1]) : 0)
    case .pow: return Glibc.pow(exact(values[0]), exact(values[1]))
    case .abs: return exact(values[0]).magnitude
    case .log: return Glibc.log(exact(values[0]))
    case .log10: return Glibc.log10(exact(values[0]))
    case .sin: return Glibc.sin(exact(values[0]))
    case .cos: return Glibc.cos(exact(values[0]))
    case .tan: return Glibc.tan(exact(values[0]))
    case .asin: return Glibc.asin(exact(values[0]))
    case .acos: return Glibc.acos(exact(values[0]))
    case .atan: return Glibc.atan(exact(values[0]))
    case .atan2: return Glibc.atan2(exact(values[0]), exact(values[1]))
    case .sqrt: return exact(values[0]).squareRoot()
    case .exp: return Glibc.exp(exact(values[0]))
    case .exp10: return Glibc.pow(10, exact(values[0]))
    case .pi: return Double.pi
    case .count: return Double(handles(values[0]).count)
    case .countNonEmpty: return Double(handles(values[0]).filter { isFilled($0) }.count)
    case .countSelected: return Double(string(values[0]).split(separator: " ").count)
    default: return nil
    }
  }

  /// A number; a date with its time as a fraction of a day.
  private func exact(_ value: XPathValue) -> Double {
    guard case .date(let moment, _) = unpacked(value) else { return number(value) }
    return Double(moment + Int64(offset) * 1000) / Double(CalendarTime.dayLength)
  }

  private func handles(_ value: XPathValue) -> [NodeHandle] {
    guard case .nodes(let handles) = value else { return [] }
    return handles
  }

  private func isFilled(_ handle: NodeHandle) -> Bool {
    if handle.list < 0, !instance.nodes[handle.index].children.isEmpty { return true }
    return !string(value(of: handle)).isEmpty
  }

  // MARK: Booleans, dates, the rest

  private func other(_ function: Function, _ values: [XPathValue]) throws(EvaluationFault)
    -> XPathValue
  {
    switch function {
    case .yes: return .boolean(true)
    case .no: return .boolean(false)
    case .boolean: return .boolean(boolean(values[0]))
    case .not: return .boolean(!boolean(values[0]))
    case .booleanFromString:
      let text = string(values[0])
      return .boolean(text == "1" || text.lowercased() == "true")
    case .contains: return .boolean(ScalarText.contains(string(values[0]), string(values[1])))
    case .startsWith:
      return .boolean(scalars(values[0]).starts(with: scalars(values[1])))
    case .endsWith:
      return .boolean(scalars(values[0]).reversed().starts(with: scalars(values[1]).reversed()))
    case .regex: return .boolean(try patterns.matches(string(values[0]), string(values[1])))
    case .selected, .isSelected: return .boolean(isSelected(values))
    case .checklist: return .boolean(checklist(values))
    case .weightedChecklist: return .boolean(weightedChecklist(values))
    case .today: return try day(.date(environment.now(), hasTime: true))
    case .now: return .date(environment.now(), hasTime: true)
    case .date: return try day(values[0])
    case .dateTime: return try moment(values[0])
    case .formatDate, .formatDateTime: return .string(try formatted(values))
    case .decimalDateTime: return try decimalDays(values[0], keepsDate: true)
    case .decimalTime: return try decimalDays(values[0], keepsDate: false)
    default: return unpacked(values[0])
    }
  }

  private func isSelected(_ values: [XPathValue]) -> Bool {
    let wanted = ScalarText.trimmed(string(values[1]))
    return ScalarText.contains(" " + string(values[0]) + " ", " " + wanted + " ")
  }

  private func checklist(_ values: [XPathValue]) -> Bool {
    let count = list(Array(values.dropFirst(2))).filter { boolean($0) }.count
    let (least, most) = (whole(number(values[0])), whole(number(values[1])))
    return (least < 0 || count >= least) && (most < 0 || count <= most)
  }

  private func weightedChecklist(_ values: [XPathValue]) -> Bool {
    var sum = 0.0
    for place in stride(from: 2, to: values.count - 1, by: 2) where boolean(values[place]) {
      sum += number(values[place + 1])
    }
    return sum >= number(values[0]) && sum <= number(values[1])
  }

  /// A date without its time; what is empty stays empty.
  private func day(_ value: XPathValue) throws(EvaluationFault) -> XPathValue {
    guard case .date(let moment, _) = try moment(value, keepsTime: false) else {
      return unpacked(value)
    }
    let midnight = dayNumber(moment) * CalendarTime.dayLength - Int64(offset) * 1000
    return .date(midnight, hasTime: false)
  }

  private func moment(_ value: XPathValue, keepsTime: Bool = true) throws(EvaluationFault)
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

  private func formatted(_ values: [XPathValue]) throws(EvaluationFault) -> String {
    guard case .date(let moment, _) = try moment(values[0]) else { return "" }
    let time = CalendarTime(milliseconds: moment, offsetSeconds: offset)
    let pattern = string(values[1])
    guard let text = time.formatted(pattern) else {
      throw EvaluationFault(code: .unknownDateEscape, detail: pattern)
    }
    return text
  }

  private func decimalDays(_ value: XPathValue, keepsDate: Bool) throws(EvaluationFault)
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

/// Strings seen as sequences of Unicode scalars.
enum ScalarText {
  static func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }

  static func contains(_ text: String, _ wanted: String) -> Bool {
    if wanted.isEmpty { return true }
    return Array(text.utf8).firstRange(of: Array(wanted.utf8)) != nil
  }

  static func trimmed(_ text: String) -> String {
    let scalars = Array(text.unicodeScalars)
    guard let first = scalars.firstIndex(where: { $0.value > 0x20 }),
      let last = scalars.lastIndex(where: { $0.value > 0x20 })
    else { return "" }
    return string(scalars[first...last])
  }
}

/// Rounding in decimal, half away from zero for positive numbers and towards
/// zero for negative ones (XPath 1.0 §4.4, with Excel's second argument).
enum Rounding {
  static func round(_ value: Double, places: Double) -> Double {
    guard value.isFinite else { return value }
    guard places >= -30, places <= 30 else { return .nan }
    let digits = Int(places)
    if digits < 0 {
      let scale = Glibc.pow(10, Double(-digits))
      return (value / scale + 0.5).rounded(.towardZero) * scale
    }
    return decimal(value, digits)
  }

  /// Rounds the shortest decimal that stands for the number, so 2.675 becomes 2.68.
  private static func decimal(_ value: Double, _ places: Int) -> Double {
    let text = NumberText.string(value.magnitude)
    guard let point = text.firstIndex(of: ".") else { return value }
    let fraction = text[text.index(after: point)...]
    guard fraction.count > places else { return value }
    let kept = text[..<point] + fraction.prefix(places)
    let rest = fraction.dropFirst(places)
    let isHalf = rest.first == "5" && rest.dropFirst().allSatisfy { $0 == "0" }
    let isMore = (rest.first.map { $0 > "5" } ?? false) || (rest.first == "5" && !isHalf)
    var digits = Array(kept.utf8)
    if isMore || (isHalf && value > 0) { increment(&digits) }
    let cut = digits.count - places
    let number =
      String(decoding: digits[..<cut], as: UTF8.self)
      + "." + (places == 0 ? "0" : String(decoding: digits[cut...], as: UTF8.self))
    let rounded = Double(number) ?? value
    return value < 0 ? -rounded : rounded
  }

  private static func increment(_ digits: inout [UInt8]) {
    for place in digits.indices.reversed() {
      if digits[place] < UInt8(ascii: "9") {
        digits[place] += 1
        return
      }
      digits[place] = UInt8(ascii: "0")
    }
    digits.insert(UInt8(ascii: "1"), at: 0)
  }
}
