/// A geometry (RFC 7946 §3.1) as ODK text: "latitude longitude 0 0", positions of a
/// line or ring parted by "; ". Altitudes are dropped, as in JavaRosa.
enum GeoJSONGeometry {
  /// Nil for `null`.
  static func text(_ scanner: inout JSONScanner) throws(FormFault) -> [UInt8]? {
    let start = scanner.index
    guard scanner.peek() == UInt8(ascii: "{") else {
      guard try scanner.scalar() == nil else { throw fault(scanner, start, "geometry") }
      return nil
    }
    var type: [UInt8]?
    var coordinates: Int?
    try scanner.object { (scanner, name) throws(FormFault) in
      switch String(decoding: name, as: UTF8.self) {
      case "type":
        guard scanner.peek() == UInt8(ascii: "\"") else {
          throw fault(scanner, scanner.index, "type")
        }
        type = try scanner.string()
      case "coordinates":
        guard scanner.peek() == UInt8(ascii: "[") else {
          throw fault(scanner, scanner.index, "coordinates")
        }
        coordinates = scanner.index
        try scanner.skip()
      default: try scanner.skip()
      }
    }
    let end = scanner.index
    guard let type else { throw fault(scanner, start, "type") }
    guard let coordinates else { throw fault(scanner, start, "coordinates") }
    scanner.move(to: coordinates)
    let text = try shape(&scanner, String(decoding: type, as: UTF8.self))
    scanner.move(to: end)
    return text
  }

  private static func shape(_ scanner: inout JSONScanner, _ type: String) throws(FormFault)
    -> [UInt8]
  {
    var text: [UInt8] = []
    switch type {
    case "Point": try position(&scanner, into: &text)
    case "LineString": try line(&scanner, into: &text)
    case "Polygon":
      var isOuter = true
      try scanner.array { (scanner) throws(FormFault) in
        if isOuter { try line(&scanner, into: &text) } else { try scanner.skip() }
        isOuter = false
      }
    default: throw fault(scanner, scanner.index, type)
    }
    return text
  }

  private static func line(_ scanner: inout JSONScanner, into text: inout [UInt8])
    throws(FormFault)
  {
    guard scanner.peek() == UInt8(ascii: "[") else {
      throw fault(scanner, scanner.index, "coordinates")
    }
    try scanner.array { (scanner) throws(FormFault) in
      if !text.isEmpty { text.append(contentsOf: "; ".utf8) }
      try position(&scanner, into: &text)
    }
  }

  private static func position(_ scanner: inout JSONScanner, into text: inout [UInt8])
    throws(FormFault)
  {
    guard scanner.peek() == UInt8(ascii: "[") else {
      throw fault(scanner, scanner.index, "coordinates")
    }
    var numbers: [ArraySlice<UInt8>] = []
    try scanner.array { (scanner) throws(FormFault) in
      let next = scanner.peek()
      guard next == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(next)
      else { throw fault(scanner, scanner.index, "coordinates") }
      numbers.append(try scanner.number())
    }
    guard numbers.count >= 2 else { throw fault(scanner, scanner.index, "coordinates") }
    text.append(contentsOf: degrees(numbers[1]))
    text.append(UInt8(ascii: " "))
    text.append(contentsOf: degrees(numbers[0]))
    text.append(contentsOf: " 0 0".utf8)
  }

  /// A whole number as written, another as the shortest decimal with a point. Where
  /// JavaRosa would write an exponent there are zeros: a geopoint knows none.
  private static func degrees(_ number: ArraySlice<UInt8>) -> [UInt8] {
    let text = String(decoding: number, as: UTF8.self)
    guard number.contains(where: { $0 == UInt8(ascii: ".") || $0 | 0x20 == UInt8(ascii: "e") })
    else { return text == "-0" ? [UInt8(ascii: "0")] : Array(number) }
    let value = Double(text) ?? 0
    let isUsual = value == 0 || (value.magnitude >= 0.001 && value.magnitude < 1e7)
    return Array((isUsual ? "\(value)" : NumberText.string(value)).utf8)
  }

  private static func fault(_ scanner: JSONScanner, _ index: Int, _ detail: String) -> FormFault {
    scanner.file.fault(.invalidGeoJSON, at: index, detail)
  }
}
