/// Why a file as a whole is not read.
public enum GeoJSONFault: Error, Sendable, Equatable {
  /// More bytes than `GridImport.maximumBytes`.
  case tooLarge(limit: Int)
  /// Not UTF-8, which RFC 8259 §8.1 requires; GBK is the usual cause.
  case notUTF8
  /// Not JSON (RFC 8259).
  case notJSON
  /// Nested deeper than `GridImport.maximumDepth`.
  case nestedTooDeep(limit: Int)
  /// More positions than `GridImport.maximumPositions`.
  case tooManyPositions(limit: Int)
  /// JSON, but not a FeatureCollection (RFC 7946 §3.3).
  case notAFeatureCollection
  /// The older member `crs` names a system that is not WGS-84 or CGCS2000 in
  /// degrees.
  case unknownReferenceSystem(String)
}

/// What is wrong with one feature of a file that was read.
public struct GridFault: Error, Sendable, Equatable {
  /// The feature, counted from 0.
  public let feature: Int
  /// Its grid id, if it has one.
  public let grid: String?
  /// Its name, if it has one.
  public let name: String?
  /// What is wrong.
  public let reason: Reason

  /// A fault of this feature.
  public init(feature: Int, grid: String?, name: String?, reason: Reason) {
    self.feature = feature
    self.grid = grid
    self.name = name
    self.reason = reason
  }

  /// What can be wrong with a feature.
  public enum Reason: Sendable, Equatable {
    /// Not a Feature object (RFC 7946 §3.2).
    case notAFeature
    /// Neither Polygon nor MultiPolygon; "null" for a feature without geometry.
    case wrongGeometryType(String)
    /// The coordinates are not nested as the type wants, or not numbers.
    case malformedCoordinates
    /// Not degrees of longitude and latitude, in this order.
    case coordinateOutOfRange(first: Double, second: Double, hint: CoordinateHint?)
    /// The rings do not make an area.
    case geometry(GeometryFault)
    /// A required property is absent, null or empty.
    case missingProperty(String)
    /// A property is of a wrong type, too long or has control characters.
    case invalidProperty(String)
    /// The hierarchy has no such level.
    case unknownLevel(String)
    /// No grid of this id is in the file or known.
    case unknownParent(String)
    /// The parent is not of a wider level.
    case parentNotAbove(String)
    /// An earlier feature has the same id.
    case duplicateGrid(firstFeature: Int)
    /// Shares this much area with another grid of its level (R2).
    case overlappingGrids(other: String, squareMetres: Double)
  }
}

/// What probably happened to a coordinate out of range.
public enum CoordinateHint: Sendable, Equatable {
  /// Latitude was written before longitude.
  case latitudeFirst
  /// Metres of a projection, not degrees.
  case projected
}
