/// An area inside one ring and outside the rings of its holes.
public struct Polygon: Sendable, Hashable {
  /// The outer boundary.
  public let exterior: LinearRing
  /// The boundaries of the holes, each inside the exterior.
  public let holes: [LinearRing]

  /// An area without holes, or with holes that lie inside the exterior and share
  /// no area.
  ///
  /// Holes may touch each other and the exterior.
  ///
  /// Throws `holeOutsideRing`, `holesOverlap` or `tooComplex`.
  public init(exterior: LinearRing, holes: [LinearRing] = []) throws(GeometryFault) {
    for (index, hole) in holes.enumerated() {
      guard try Overlap.isCovered(hole, by: exterior) else {
        throw .holeOutsideRing(hole: index)
      }
    }
    if let (one, two) = try Overlap.firstPair(among: holes.map { MultiPolygon(ring: $0) }) {
      throw .holesOverlap(one, two)
    }
    self.exterior = exterior
    self.holes = holes
  }

  /// Reads rings as GeoJSON lists them: the exterior, then the holes.
  public init(rings: [[Coordinate]]) throws(GeometryFault) {
    guard let first = rings.first else { throw .ringTooShort(positions: 0) }
    let exterior = try LinearRing(closed: first)
    var holes: [LinearRing] = []
    for ring in rings.dropFirst() { holes.append(try LinearRing(closed: ring)) }
    try self.init(exterior: exterior, holes: holes)
  }

  init(ring: LinearRing) {
    exterior = ring
    holes = []
  }

  /// The least box round the area.
  public var bounds: BoundingBox { exterior.bounds }

  /// Whether the position lies within the area or on a boundary, that of a
  /// hole included (to 10⁻⁹ degrees).
  public func contains(_ position: Coordinate) -> Bool {
    guard exterior.side(of: position) != .outside else { return false }
    return holes.allSatisfy { $0.side(of: position) != .inside }
  }

  /// The area in m² on the ellipsoid, holes taken off.
  public var areaSquareMetres: Double {
    holes.reduce(exterior.areaSquareMetres) { $0 - $1.areaSquareMetres }
  }

  /// The exterior, then the holes.
  public var rings: [LinearRing] { [exterior] + holes }
}
