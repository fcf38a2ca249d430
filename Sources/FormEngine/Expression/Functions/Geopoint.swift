// The places in an answer: "latitude longitude altitude accuracy" for a geopoint,
// several of them with semicolons between for a geotrace or a geoshape (ODK
// XForms, data types). What functions need of them is latitude and longitude.

/// A place in degrees.
struct Geopoint: Equatable, Sendable {
  var latitude = 0.0
  var longitude = 0.0

  /// Reads one place; what is missing is 0, as in JavaRosa, so that an unanswered
  /// question is the place 0 0. Nil when a piece is no number or there are more than four.
  init?(_ text: some StringProtocol) {
    let pieces = Self.trimmed(Substring(text)).split(separator: " ")
    guard pieces.count <= 4 else { return nil }
    var numbers: [Double] = []
    for piece in pieces {
      guard let number = DecimalText.number(piece) else { return nil }
      numbers.append(number)
    }
    latitude = numbers.first ?? 0
    longitude = numbers.count > 1 ? numbers[1] : 0
  }

  init(latitude: Double, longitude: Double) {
    self.latitude = latitude
    self.longitude = longitude
  }

  /// The places of a geotrace or geoshape; semicolons at the end say nothing. Nil
  /// when one of them is no place.
  static func places(in text: String) -> [Geopoint]? {
    var pieces = text.split(separator: ";", omittingEmptySubsequences: false)
    while pieces.count > 1, let last = pieces.last, last.isEmpty { pieces.removeLast() }
    if text.allSatisfy({ $0 == ";" }) && !text.isEmpty { return [] }
    return places(each: pieces)
  }

  /// The places of the nodes of a nodeset or of several arguments: one text is a
  /// geotrace, of several each is a geopoint. Nil when one of them is none.
  static func places(of values: [String]) -> [Geopoint]? {
    values.count == 1 ? places(in: values[0]) : places(each: values)
  }

  /// Without the blanks and control characters at its ends.
  private static func trimmed(_ text: Substring) -> Substring {
    guard let first = text.utf8.firstIndex(where: { $0 > 0x20 }),
      let last = text.utf8.lastIndex(where: { $0 > 0x20 })
    else { return "" }
    return Substring(text.utf8[first...last])
  }

  private static func places(each texts: [some StringProtocol]) -> [Geopoint]? {
    var places: [Geopoint] = []
    for text in texts {
      guard let place = Geopoint(text) else { return nil }
      places.append(place)
    }
    return places
  }
}

/// Decimal numbers in answers, with a point and possibly an exponent.
enum DecimalText {
  /// Nil for anything but digits, one point, a sign and an exponent.
  static func number(_ text: some StringProtocol) -> Double? {
    let isPlain = text.utf8.allSatisfy {
      switch $0 {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"),
        UInt8(ascii: "+"), UInt8(ascii: "e"), UInt8(ascii: "E"):
        true
      default: false
      }
    }
    return isPlain ? Double(String(text)) : nil
  }
}
