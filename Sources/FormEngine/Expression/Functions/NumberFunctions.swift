// Functions whose result is a number.

import Glibc

extension Evaluator {
  func numeric(_ function: Function, _ values: [XPathValue]) throws(EvaluationFault) -> Double? {
    // Asked for only where it is needed: a text is a number at some cost.
    var first: Double { values.first.map { number($0) } ?? .nan }
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
    case .area, .enclosedArea: return GeoMeasure.area(try places(values))
    case .distance: return GeoMeasure.distance(try places(values))
    case .countSelected: return Double(string(values[0]).split(separator: " ").count)
    default: return nil
    }
  }

  /// The places of a trace, a shape, or several points.
  func places(_ values: [XPathValue]) throws(EvaluationFault) -> [Geopoint] {
    let texts = list(values).map { string($0) }
    guard let places = Geopoint.places(of: texts) else {
      throw EvaluationFault(code: .notAShape, detail: texts.joined(separator: "; "))
    }
    return places
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
    if handle.instance < 0, instance.form(handle.index).questionType == nil { return true }
    return !string(value(of: handle)).isEmpty
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
