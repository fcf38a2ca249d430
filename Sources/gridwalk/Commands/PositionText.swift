import Domain

/// Positions as people type them and as forms keep them.
enum PositionText {
  /// Reads `LAT,LON[,ACC]`: degrees and metres; nil for anything else.
  static func typed(_ text: String) -> Position? {
    let pieces = text.split(separator: ",", omittingEmptySubsequences: false)
      .map { Double($0.split(separator: " ").joined()) }
    guard (2...3).contains(pieces.count), let latitude = pieces[0], let longitude = pieces[1]
    else { return nil }
    if pieces.count == 2 {
      return Position(latitude: latitude, longitude: longitude, source: .manual)
    }
    guard let accuracy = pieces[2] else { return nil }
    return Position(
      latitude: latitude, longitude: longitude, accuracy: accuracy, source: .manual)
  }

  /// A geopoint answer (ODK XForms: latitude, longitude, altitude, accuracy).
  static func answer(_ position: Position) -> String {
    "\(position.latitude) \(position.longitude) 0 \(position.accuracy ?? 0)"
  }

  /// A geotrace or geoshape answer from `LAT,LON; LAT,LON; …` (ODK XForms: points
  /// parted by semicolons; the last of a shape is the first again); nil for
  /// anything else, or fewer points than that.
  static func path(_ text: String, least: Int, isClosed: Bool) -> String? {
    let pieces = text.split { ";；\n".contains($0) }.filter { !$0.allSatisfy(\.isWhitespace) }
    var points = pieces.compactMap { answer(String($0)) ?? answer(kept: String($0)) }
    guard points.count == pieces.count else { return nil }
    if isClosed, points.count > 1, points.first == points.last { points.removeLast() }
    guard points.count >= least else { return nil }
    if isClosed { points.append(points[0]) }
    return points.joined(separator: ";")
  }

  /// A point as the form keeps it, when somebody edits the answer so far.
  private static func answer(kept text: String) -> String? { position(text).map(answer) }

  /// The points of a geotrace or geoshape answer, to about a metre.
  static func shown(path: String) -> String {
    path.split(separator: ";").map { position(String($0)).map(shown) ?? String($0) }
      .joined(separator: "; ")
  }

  /// The same from `LAT,LON[,ACC]`; nil for anything else.
  static func answer(_ text: String) -> String? { typed(text).map(answer) }

  /// The position a geopoint answer says; an accuracy of 0 is none known.
  static func position(_ answer: String) -> Position? {
    let numbers = answer.split(separator: " ").compactMap { Double($0) }
    guard numbers.count >= 2 else { return nil }
    let accuracy = numbers.count > 3 && numbers[3] > 0 ? numbers[3] : nil
    return Position(
      latitude: numbers[0], longitude: numbers[1], accuracy: accuracy, source: .manual)
  }

  /// `22.54000, 114.05000 ±8 m`: to about a metre.
  static func shown(_ position: Position) -> String {
    let accuracy = position.accuracyMetres.map { " ±\($0) m" } ?? ""
    return "\(degrees(position.latitude)), \(degrees(position.longitude))\(accuracy)"
  }

  /// Whether two fixes are of the same place.
  static func isSame(_ position: Position, _ other: Position?) -> Bool {
    position.latitude == other?.latitude && position.longitude == other?.longitude
      && position.accuracy == other?.accuracy
  }

  private static func degrees(_ value: Double) -> String {
    let parts = Int64((abs(value) * 100_000).rounded())
    let fraction = String(parts % 100_000)
    let zeros = String(repeating: "0", count: 5 - fraction.count)
    return "\(value < 0 && parts > 0 ? "-" : "")\(parts / 100_000).\(zeros)\(fraction)"
  }
}
