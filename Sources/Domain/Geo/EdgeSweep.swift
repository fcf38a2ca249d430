/// Finds pairs of edges whose heights overlap, by a line swept from south to
/// north, so that only neighbours are compared.
enum EdgeSweep {
  /// How many pairs are compared before a shape is refused as too complex.
  static let maximumPairs = 50_000_000

  /// Calls `visit` with each pair of indices (lower first) whose boxes meet,
  /// until it returns false.
  static func pairs(
    of edges: [PlaneEdge], visit: (Int, Int) -> Bool
  ) throws(GeometryFault) {
    let entries = sorted(edges, reach: 0)
    var active: [Entry] = []
    var compared = 0
    for entry in entries {
      try count(active, into: &compared)
      var kept = 0
      for place in active.indices {
        let other = active[place]
        guard other.highY >= entry.lowY else { continue }
        active[kept] = other
        kept += 1
        guard other.lowX <= entry.highX, other.highX >= entry.lowX else { continue }
        let (lower, upper) = (min(entry.index, other.index), max(entry.index, other.index))
        guard visit(lower, upper) else { return }
      }
      active.removeSubrange(kept...)
      active.append(entry)
    }
  }

  /// Calls `visit` with each pair of one edge of either list whose boxes come
  /// within `reach` of each other.
  static func pairs(
    between ones: [PlaneEdge], and twos: [PlaneEdge], reach: Double = 0,
    visit: (Int, Int) -> Void
  ) throws(GeometryFault) {
    let entries = (sorted(ones, reach: reach), sorted(twos, reach: 0))
    var active: ([Entry], [Entry]) = ([], [])
    var next = (0, 0)
    var compared = 0
    while next.0 < entries.0.count || next.1 < entries.1.count {
      let takesOne =
        next.1 == entries.1.count
        || next.0 < entries.0.count && entries.0[next.0].lowY <= entries.1[next.1].lowY
      if takesOne {
        let entry = entries.0[next.0]
        next.0 += 1
        try count(active.1, into: &compared)
        meet(entry, &active.1) { visit(entry.index, $0) }
        active.0.append(entry)
      } else {
        let entry = entries.1[next.1]
        next.1 += 1
        try count(active.0, into: &compared)
        meet(entry, &active.0) { visit($0, entry.index) }
        active.1.append(entry)
      }
    }
  }

  /// The box of an edge, so that a comparison need not look at the edge.
  private struct Entry {
    let lowX, highX, lowY, highY: Double
    let index: Int
  }

  private static func sorted(_ edges: [PlaneEdge], reach: Double) -> [Entry] {
    edges.enumerated().map { index, edge in
      Entry(
        lowX: edge.lowX - reach, highX: edge.highX + reach, lowY: edge.lowY - reach,
        highY: edge.highY + reach, index: index)
    }.sorted { $0.lowY < $1.lowY }
  }

  /// Drops what ends below the entry and visits what is beside it.
  private static func meet(_ entry: Entry, _ active: inout [Entry], visit: (Int) -> Void) {
    var kept = 0
    for place in active.indices {
      let other = active[place]
      guard other.highY >= entry.lowY else { continue }
      active[kept] = other
      kept += 1
      if other.lowX <= entry.highX, other.highX >= entry.lowX { visit(other.index) }
    }
    active.removeSubrange(kept...)
  }

  private static func count(_ active: [Entry], into compared: inout Int) throws(GeometryFault) {
    compared += active.count
    guard compared <= maximumPairs else { throw .tooComplex(limit: maximumPairs) }
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
