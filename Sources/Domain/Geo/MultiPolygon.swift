/// An area of one or several polygons that share no area: the boundary of a grid.
public struct MultiPolygon: Sendable, Hashable {
  /// The polygons; at least one.
  public let polygons: [Polygon]
  /// The least box round all polygons.
  public let bounds: BoundingBox

  /// An area of these polygons.
  ///
  /// They may touch.
  ///
  /// Throws `noPolygons`, `partsOverlap` or `tooComplex`.
  public init(_ polygons: [Polygon]) throws(GeometryFault) {
    guard let first = polygons.first else { throw .noPolygons }
    if let (one, two) = try Overlap.firstPair(among: polygons.map { MultiPolygon($0) }) {
      throw .partsOverlap(one, two)
    }
    self.polygons = polygons
    bounds = polygons.reduce(first.bounds) { $0.union($1.bounds) }
  }

  /// An area of one polygon.
  public init(_ polygon: Polygon) {
    polygons = [polygon]
    bounds = polygon.bounds
  }

  init(ring: LinearRing) {
    self.init(Polygon(ring: ring))
  }

  /// Whether the position lies within a polygon or on its boundary.
  public func contains(_ position: Coordinate) -> Bool {
    bounds.contains(position) && polygons.contains { $0.contains(position) }
  }

  /// The area in m² on the ellipsoid.
  public var areaSquareMetres: Double {
    polygons.reduce(0) { $0 + $1.areaSquareMetres }
  }

  /// The centre of gravity of the area, degrees taken as plane coordinates.
  ///
  /// It may lie outside a concave area.
  public var centroid: Coordinate {
    let origin = bounds.centre
    var (area, east, north) = (0.0, 0.0, 0.0)
    for polygon in polygons {
      for (index, ring) in polygon.rings.enumerated() {
        let part = ring.moments(about: origin)
        let sign = (index == 0) == (part.area > 0) ? 1.0 : -1.0
        area += sign * part.area
        east += sign * part.east
        north += sign * part.north
      }
    }
    guard area > 0 else { return origin }
    return Coordinate(
      unchecked: origin.latitude + north / area, origin.longitude + east / area)
  }

  /// Metres² that both areas have in common, boundaries closer than
  /// `Overlap.toleranceMetres` taken as one.
  ///
  /// Throws `tooComplex`.
  public func overlapSquareMetres(with other: MultiPolygon) throws(GeometryFault) -> Double {
    try Overlap.area(of: self, and: other)
  }
}

extension LinearRing {
  /// The signed area and first moments in degrees about an origin (shoelace).
  fileprivate func moments(about origin: Coordinate) -> (area: Double, east: Double, north: Double)
  {
    var (area, east, north) = (0.0, 0.0, 0.0)
    for (from, to) in edges {
      let (x0, y0) = (from.longitude - origin.longitude, from.latitude - origin.latitude)
      let (x1, y1) = (to.longitude - origin.longitude, to.latitude - origin.latitude)
      let cross = x0 * y1 - x1 * y0
      area += cross / 2
      east += (x0 + x1) * cross / 6
      north += (y0 + y1) * cross / 6
    }
    return (area, east, north)
  }
}
