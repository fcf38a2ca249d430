/// Finds pairs of edges whose heights overlap, by a line swept from south to
/// north, so that only neighbours are compared.
enum EdgeSweep {
  /// How many pairs are compared before a shape is refused as too complex.
  static let maximumPairs = 50_000_000

  /// Calls `visit` with each pair of indices (lower first) whose edges come
  /// within `reach` of each other in height, until it returns false.
  static func pairs(
    of edges: [PlaneEdge], reach: Double = 0, visit: (Int, Int) -> Bool
  ) throws(GeometryFault) {
    let order = edges.indices.sorted { edges[$0].lowY < edges[$1].lowY }
    var active: [Int] = []
    var compared = 0
    for index in order {
      let floor = edges[index].lowY - reach
      active.removeAll { edges[$0].highY < floor }
      compared += active.count
      guard compared <= maximumPairs else { throw .tooComplex(limit: maximumPairs) }
      for other in active where !visit(min(index, other), max(index, other)) { return }
      active.append(index)
    }
  }
}

/// Finds where the boundary of a polygon meets itself.
enum Crossings {
  /// A point where edges of one closed ring meet otherwise than consecutive
  /// ones at their common corner, or nil.
  static func first(in corners: [PlanePoint]) throws(GeometryFault) -> PlanePoint? {
    let count = corners.count
    let edges = corners.indices.map { PlaneEdge(corners[$0], corners[($0 + 1) % count]) }
    var found: PlanePoint?
    try EdgeSweep.pairs(of: edges) { lower, upper in
      if upper == lower + 1 {
        found = Self.foldBack(edges[lower], edges[upper])
      } else if lower == 0, upper == count - 1 {
        found = Self.foldBack(edges[upper], edges[lower])
      } else {
        found = edges[lower].meeting(edges[upper])
      }
      return found == nil
    }
    return found
  }

  /// The common corner of two consecutive edges when the second runs back
  /// along the first.
  private static func foldBack(_ first: PlaneEdge, _ second: PlaneEdge) -> PlanePoint? {
    guard PlaneEdge.turn(first.from, first.to, second.to) == 0 else { return nil }
    let along =
      (first.to.x - first.from.x) * (second.to.x - second.from.x)
      + (first.to.y - first.from.y) * (second.to.y - second.from.y)
    return along < 0 ? first.to : nil
  }
}
