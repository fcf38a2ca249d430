/// Writes areas and positions as GeoJSON (RFC 7946): exterior rings
/// counter-clockwise, holes clockwise (§3.1.6), numbers in full precision.
public enum GeoJSONWriter {
  /// A FeatureCollection of grids that `GridImport` reads back unchanged.
  public static func featureCollection(_ grids: some Sequence<GridFeature>) -> String {
    let features = grids.map { grid in
      feature(
        geometry: geometry(grid.boundary),
        properties: [
          ("id", grid.id), ("name", grid.name), ("level", grid.level.rawValue),
          ("parent", grid.parent), ("kind", grid.kind), ("control", grid.control),
        ])
    }
    return featureCollection(features: features)
  }

  /// A FeatureCollection of features already written.
  public static func featureCollection(features: some Sequence<String>) -> String {
    "{\"type\":\"FeatureCollection\",\"features\":[" + features.joined(separator: ",\n") + "]}\n"
  }

  /// A Feature of a geometry already written; nil properties are left out.
  public static func feature(geometry: String, properties: [(String, String?)]) -> String {
    let members = properties.compactMap { name, value in
      value.map { "\(quoted(name)):\(quoted($0))" }
    }
    return "{\"type\":\"Feature\",\"properties\":{" + members.joined(separator: ",")
      + "},\"geometry\":" + geometry + "}"
  }

  /// A Polygon or MultiPolygon geometry.
  public static func geometry(_ area: MultiPolygon) -> String {
    let polygons = area.polygons.map(coordinates)
    if polygons.count == 1 { return "{\"type\":\"Polygon\",\"coordinates\":\(polygons[0])}" }
    return "{\"type\":\"MultiPolygon\",\"coordinates\":[" + polygons.joined(separator: ",") + "]}"
  }

  /// A Point geometry.
  public static func geometry(_ position: Coordinate) -> String {
    "{\"type\":\"Point\",\"coordinates\":\(coordinates(position))}"
  }

  private static func coordinates(_ polygon: Polygon) -> String {
    let exterior = coordinates(polygon.exterior, counterClockwise: true)
    let holes = polygon.holes.map { coordinates($0, counterClockwise: false) }
    return "[" + ([exterior] + holes).joined(separator: ",") + "]"
  }

  private static func coordinates(_ ring: LinearRing, counterClockwise: Bool) -> String {
    let positions = ring.closedPositions
    let ordered =
      ring.isCounterClockwise == counterClockwise ? positions : positions.reversed()
    return "[" + ordered.map(coordinates).joined(separator: ",") + "]"
  }

  private static func coordinates(_ position: Coordinate) -> String {
    "[\(position.longitude),\(position.latitude)]"
  }

  /// A JSON string (RFC 8259 §7).
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\u{0}"..."\u{1F}":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
