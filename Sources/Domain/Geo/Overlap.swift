/// How much area two areas have in common (R2: grids without overlap).
///
/// Boundaries drawn twice never agree to the last digit, so first each
/// boundary is led through the corners of the other that lie closer than the
/// tolerance; what then remains in common is measured in horizontal slabs
/// between which no edge starts, ends or crosses. Nothing is clipped, so a
/// rounding error costs a sliver of area and never the result.
public enum Overlap {
  /// How far apart two drawings of one boundary may lie, in metres.
  public static let toleranceMetres = 0.05
  /// How much common area is put down to drawing, in m².
  public static let negligibleSquareMetres = 1.0
  /// How many edges are looked at, over all slabs, before a pair is refused
  /// as too complex.
  static let maximumSlabEdges = 100_000_000

  static func area(of one: MultiPolygon, and two: MultiPolygon) throws(GeometryFault) -> Double {
    guard let plane = sharedPlane(one.bounds, two.bounds) else { return 0 }
    return try area(of: outline(one, plane), and: outline(two, plane))
  }

  /// The first pair, in order of position, that shares more than the
  /// negligible area.
  static func firstPair(among areas: [MultiPolygon]) throws(GeometryFault) -> (Int, Int)? {
    guard areas.count > 1 else { return nil }
    var first: (Int, Int)?
    try BoundsSweep.pairs(of: areas.map(\.bounds)) { (one, two) throws(GeometryFault) in
      guard try area(of: areas[one], and: areas[two]) > negligibleSquareMetres else { return }
      if let found = first, found < (one, two) { return }
      first = (one, two)
    }
    return first
  }

  /// Whether all but a negligible part of a ring's area lies in another's.
  static func isCovered(_ inner: LinearRing, by outer: LinearRing) throws(GeometryFault) -> Bool {
    let inside = MultiPolygon(ring: inner)
    let plane = LocalPlane(origin: inner.bounds.centre)
    let whole = try area(of: outline(inside, plane), and: outline(inside, plane))
    let common = try area(
      of: outline(inside, plane), and: outline(MultiPolygon(ring: outer), plane))
    return common >= min(whole / 2, whole - negligibleSquareMetres) && common > 0
  }

  /// A plane about what the boxes share, or nil when that is negligible.
  private static func sharedPlane(_ one: BoundingBox, _ two: BoundingBox) -> LocalPlane? {
    let south = max(one.south, two.south)
    let north = min(one.north, two.north)
    let west = max(one.west, two.west)
    let east = min(one.east, two.east)
    guard south < north, west < east else { return nil }
    let plane = LocalPlane(
      origin: Coordinate(unchecked: (south + north) / 2, (west + east) / 2))
    let width = (east - west) * plane.metresPerDegreeEast
    let height = (north - south) * plane.metresPerDegreeNorth
    return width * height > negligibleSquareMetres ? plane : nil
  }

  private static func outline(_ area: MultiPolygon, _ plane: LocalPlane) -> [[PlanePoint]] {
    area.rings.map { $0.corners.map(plane.point) }
  }

  private static func area(
    of one: [[PlanePoint]], and two: [[PlanePoint]]
  ) throws(GeometryFault) -> Double {
    let snapped = try BoundarySnap(tolerance: toleranceMetres).joined(one, two)
    return try SlabArea(one: snapped.one, two: snapped.two).common()
  }
}
