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
    let shared = PlaneWindow(sharedBy: one.bounds, two.bounds)
    guard let shared, shared.areaSquareMetres > negligibleSquareMetres else { return 0 }
    return try area(of: one, and: two, within: shared)
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
    guard let whole = PlaneWindow(sharedBy: inner.bounds, inner.bounds) else { return false }
    let inside = MultiPolygon(ring: inner)
    let own = try area(of: inside, and: inside, within: whole)
    let common = try area(of: inside, and: MultiPolygon(ring: outer), within: whole)
    return common > 0 && common >= min(own / 2, own - negligibleSquareMetres)
  }

  private static func area(
    of one: MultiPolygon, and two: MultiPolygon, within window: PlaneWindow
  ) throws(GeometryFault) -> Double {
    let wide = window.widened(by: 1)
    let edges = (one: wide.edges(of: one), two: wide.edges(of: two))
    let snap = BoundarySnap(tolerance: toleranceMetres, window: wide)
    let joined = try snap.joined(edges.one, edges.two)
    return try SlabArea(one: joined.one, two: joined.two, heights: wide.lowY...wide.highY).common()
  }
}
