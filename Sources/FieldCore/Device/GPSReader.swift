import Domain

/// Reads the GPS directory (Exif 2.32 §4.6.6).
struct GPSReader {
  private enum Tag {
    static let latitudeReference: UInt16 = 0x01
    static let latitude: UInt16 = 0x02
    static let longitudeReference: UInt16 = 0x03
    static let longitude: UInt16 = 0x04
    static let timeStamp: UInt16 = 0x07
    static let status: UInt16 = 0x09
    static let mapDatum: UInt16 = 0x12
    static let dateStamp: UInt16 = 0x1D
    static let positioningError: UInt16 = 0x1F
  }

  let block: TIFFBlock
  let directory: ExifReader.Directory

  /// The position; nil when none is given.
  func position() throws(ExifProblem) -> PhotoPosition? {
    guard directory[Tag.latitude] != nil || directory[Tag.longitude] != nil else { return nil }
    let latitude = try degrees(Tag.latitude, Tag.latitudeReference, positive: "N", negative: "S")
    let longitude = try degrees(
      Tag.longitude, Tag.longitudeReference, positive: "E", negative: "W")
    guard let coordinate = Coordinate(latitude: latitude, longitude: longitude) else {
      throw .badValue(tag: Tag.latitude)
    }
    guard latitude != 0 || longitude != 0 else { throw .nullPosition }
    guard try isWGS84() else { throw .foreignDatum }
    return PhotoPosition(coordinate: coordinate, errorMetres: nil, status: status())
  }

  /// The satellites' time in milliseconds since 1970; nil unless both its day
  /// and its time of day are given.
  func milliseconds() throws(ExifProblem) -> Int64? {
    guard let dayEntry = directory[Tag.dateStamp], let timeEntry = directory[Tag.timeStamp] else {
      return nil
    }
    let text = try block.text(dayEntry)
    if ExifDateTime.isUnknown(text) { return nil }
    guard let day = ExifDate(text[...]) else { throw .badValue(tag: Tag.dateStamp) }
    let time = try block.rationals(timeEntry, count: 3)
    guard time[0] < 24, time[1] < 60, time[2] < 61 else { throw .badValue(tag: Tag.timeStamp) }
    let seconds = time[0] * 3_600 + time[1] * 60 + time[2]
    let days = ExifDateTime.days(day.year, day.month, day.day)
    return Int64(days) * 86_400_000 + Int64((seconds * 1_000).rounded())
  }

  private func degrees(
    _ tag: UInt16, _ reference: UInt16, positive: String, negative: String
  ) throws(ExifProblem) -> Double {
    guard let entry = directory[tag] else { throw .missing(tag: tag) }
    guard let side = directory[reference] else { throw .missing(tag: reference) }
    let parts = try block.rationals(entry, count: 3)
    guard parts[1] <= 60, parts[2] <= 60 else { throw .badValue(tag: tag) }
    let value = parts[0] + parts[1] / 60 + parts[2] / 3_600
    switch String(decoding: try block.text(side), as: UTF8.self) {
    case positive: return value
    case negative: return -value
    default: throw .badValue(tag: reference)
    }
  }

  private func status() -> PhotoPosition.Status {
    guard let entry = directory[Tag.status] else { return .unknown }
    do throws(ExifProblem) {
      switch try block.text(entry) {
      case [UInt8(ascii: "A")]: return .measuring
      case [UInt8(ascii: "V")]: return .interrupted
      default: return .unknown
      }
    } catch {
      // A status of no spelling says as little as none.
      return .unknown
    }
  }

  /// The horizontal error in metres; apart, so that a broken one leaves the
  /// position.
  func errorMetres() throws(ExifProblem) -> Double? {
    guard let entry = directory[Tag.positioningError] else { return nil }
    return try block.rationals(entry, count: 1).first
  }

  /// Whether the datum is WGS-84 or CGCS2000, or is not said.
  private func isWGS84() throws(ExifProblem) -> Bool {
    guard let entry = directory[Tag.mapDatum] else { return true }
    let name = String(decoding: try block.text(entry), as: UTF8.self).uppercased()
    let letters = name.filter { $0.isLetter || $0.isNumber }
    return ["", "WGS84", "WGS1984", "CGCS2000"].contains(letters)
  }
}
