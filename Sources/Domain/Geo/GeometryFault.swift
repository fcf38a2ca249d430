/// Why positions do not make a polygon.
public enum GeometryFault: Error, Sendable, Equatable {
  /// Fewer than three different corners (RFC 7946 §3.1.6: four positions or more).
  case ringTooShort(positions: Int)
  /// The last position is not the first (RFC 7946 §3.1.6).
  case ringNotClosed
  /// The boundary meets itself here.
  case selfCrossing(at: Coordinate)
  /// This hole, counted from 0, is not within the exterior ring.
  case holeOutsideRing(hole: Int)
  /// Two holes of one polygon, counted from 0, have area in common.
  case holesOverlap(Int, Int)
  /// Two polygons of one boundary, counted from 0, have area in common.
  case partsOverlap(Int, Int)
  /// A boundary of nothing.
  case noPolygons
  /// More pairs of edges lie side by side than are compared.
  case tooComplex(limit: Int)
}
