/// The part of the plane in which two areas can have anything in common.
struct PlaneWindow {
  private(set) var lowX, highX, lowY, highY: Double
  private let plane: LocalPlane

  /// What two boxes share, about its own centre; nil when they do not meet.
  init?(sharedBy one: BoundingBox, _ two: BoundingBox) {
    let south = max(one.south, two.south)
    let north = min(one.north, two.north)
    let west = max(one.west, two.west)
    let east = min(one.east, two.east)
    guard south <= north, west <= east else { return nil }
    plane = LocalPlane(origin: Coordinate(unchecked: (south + north) / 2, (west + east) / 2))
    (highX, highY) = (
      (east - west) / 2 * plane.metresPerDegreeEast,
      (north - south) / 2 * plane.metresPerDegreeNorth
    )
    (lowX, lowY) = (-highX, -highY)
  }

  var areaSquareMetres: Double { (highX - lowX) * (highY - lowY) }

  func widened(by metres: Double) -> PlaneWindow {
    var window = self
    (window.lowX, window.lowY) = (lowX - metres, lowY - metres)
    (window.highX, window.highY) = (highX + metres, highY + metres)
    return window
  }

  /// The edges of an area level with the window, in metres.
  ///
  /// What lies east of it is left out: area is counted from the west.
  func edges(of area: MultiPolygon) -> [PlaneEdge] {
    var edges: [PlaneEdge] = []
    for ring in area.polygons.lazy.flatMap(\.rings) {
      guard let last = ring.corners.last else { continue }
      var from = plane.point(last)
      for corner in ring.corners {
        let edge = PlaneEdge(from, plane.point(corner))
        from = edge.to
        if edge.lowY <= highY, edge.highY >= lowY, edge.lowX <= highX { edges.append(edge) }
      }
    }
    return edges
  }

  func contains(_ point: PlanePoint) -> Bool {
    lowX <= point.x && point.x <= highX && lowY <= point.y && point.y <= highY
  }

  /// Whether an edge of `edges(of:)` may come into the window.
  func isNear(_ edge: PlaneEdge) -> Bool { edge.highX >= lowX }
}
