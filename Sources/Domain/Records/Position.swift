/// Where something was seen: a fix with what is known of its quality.
///
/// Degrees are WGS-84, which equals CGCS2000 at handheld accuracy
/// (standards B7); a fix is stored as it came and never shifted.
public struct Position: Sendable, Hashable, Codable {
  /// How the fix came about.
  public enum Source: String, Sendable, Codable {
    /// A satellite receiver.
    case gnss
    /// The EXIF block of a photo.
    case exif
    /// Typed by hand.
    case manual
  }

  /// Degrees north, −90…90.
  public var latitude: Double
  /// Degrees east, −180…180.
  public var longitude: Double
  /// Radius in metres, when known.
  public var accuracy: Double?
  /// How the fix came about.
  public var source: Source
  /// When the fix was taken, in milliseconds since 1970 UTC, when known.
  public var at: Int64?
  /// Set when the fix lies outside the record's grid; kept and flagged, never
  /// refused, because a hazard across the street is still a hazard.
  public var outside: Bool?

  /// A fix; nil when a coordinate is out of range or not a number.
  public init?(
    latitude: Double, longitude: Double, accuracy: Double? = nil, source: Source,
    at: Int64? = nil, outside: Bool? = nil
  ) {
    guard (-90...90).contains(latitude), (-180...180).contains(longitude) else { return nil }
    if let accuracy, !accuracy.isFinite || accuracy < 0 { return nil }
    self.latitude = latitude
    self.longitude = longitude
    self.accuracy = accuracy
    self.source = source
    self.at = at
    self.outside = outside
  }

  /// The radius in whole metres for people, rounded up; one that no receiver
  /// means, however large, is shown as a million kilometres.
  public var accuracyMetres: Int? {
    accuracy.map { Int(min($0.rounded(.up), 1e9)) }
  }

  /// Reads a fix; throws when a coordinate is out of range.
  public init(from decoder: any Decoder) throws {
    let fix = try decoder.container(keyedBy: CodingKeys.self)
    let read = Position(
      latitude: try fix.decode(Double.self, forKey: .latitude),
      longitude: try fix.decode(Double.self, forKey: .longitude),
      accuracy: try fix.decodeIfPresent(Double.self, forKey: .accuracy),
      source: try fix.decode(Source.self, forKey: .source),
      at: try fix.decodeIfPresent(Int64.self, forKey: .at),
      outside: try fix.decodeIfPresent(Bool.self, forKey: .outside))
    guard let read else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "out of range"))
    }
    self = read
  }
}
