import Domain
import Testing

/// A position written as GeoJSON does: longitude first.
func at(_ longitude: Double, _ latitude: Double) throws -> Coordinate {
  try #require(Coordinate(latitude: latitude, longitude: longitude))
}

/// A polygon of open rings written as longitude, latitude.
func polygon(_ rings: [(Double, Double)]...) throws -> Polygon {
  try Polygon(
    rings: rings.map { ring in
      try (ring + ring.prefix(1)).map { try at($0.0, $0.1) }
    })
}

func area(_ ring: [(Double, Double)]) throws -> MultiPolygon {
  MultiPolygon(try polygon(ring))
}

/// A rectangle from its south-west to its north-east corner.
func box(_ west: Double, _ south: Double, _ east: Double, _ north: Double) -> [(Double, Double)] {
  [(west, south), (east, south), (east, north), (west, north)]
}

/// Metres per degree at 22.54 N on WGS-84, from PROJ's geodesics.
enum Metres {
  static let perDegreeEast = 102_866.64
  static let perDegreeNorth = 110_737.63
}
