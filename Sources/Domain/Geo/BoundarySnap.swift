import Glibc

/// Leads two outlines through each other's corners wherever they lie closer
/// than a tolerance, so that a boundary drawn twice becomes one.
struct BoundarySnap {
  let tolerance: Double

  /// Both outlines as edges.
  ///
  /// A corner of the second moves onto a near corner of the first; an edge of
  /// either bends through a near corner of the other.
  func joined(
    _ one: [[PlanePoint]], _ two: [[PlanePoint]]
  ) throws(GeometryFault) -> (one: [PlaneEdge], two: [PlaneEdge]) {
    let moved = moveCorners(of: two, onto: one)
    let edges = (one: edges(of: one), two: edges(of: moved))
    let corners = (one: one.flatMap(\.self), two: moved.flatMap(\.self))
    return (
      try bend(edges.one, through: corners.two), try bend(edges.two, through: corners.one)
    )
  }

  private func edges(of outline: [[PlanePoint]]) -> [PlaneEdge] {
    outline.flatMap { ring in
      zip(ring, ring.dropFirst() + ring.prefix(1)).map { PlaneEdge($0, $1) }
    }
  }

  /// A square of the plane, one tolerance wide: what is near lies in the same
  /// or a neighbouring one.
  private struct Cell: Hashable {
    var column: Int
    var row: Int
  }

  private func cell(_ point: PlanePoint) -> Cell {
    Cell(column: Int((point.x / tolerance).rounded()), row: Int((point.y / tolerance).rounded()))
  }

  private func moveCorners(
    of outline: [[PlanePoint]], onto target: [[PlanePoint]]
  ) -> [[PlanePoint]] {
    var cells: [Cell: [PlanePoint]] = [:]
    for point in target.joined() { cells[cell(point), default: []].append(point) }
    return outline.map { ring in ring.map { nearest(to: $0, in: cells) ?? $0 } }
  }

  private func nearest(to point: PlanePoint, in cells: [Cell: [PlanePoint]]) -> PlanePoint? {
    let home = cell(point)
    var best: (point: PlanePoint, squaredDistance: Double)?
    for column in -1...1 {
      for row in -1...1 {
        let neighbour = Cell(column: home.column + column, row: home.row + row)
        for candidate in cells[neighbour] ?? [] {
          let distance = candidate.squaredDistance(to: point)
          guard distance <= tolerance * tolerance else { continue }
          if let best, best.squaredDistance <= distance { continue }
          best = (candidate, distance)
        }
      }
    }
    return best?.point
  }

  private func bend(
    _ edges: [PlaneEdge], through corners: [PlanePoint]
  ) throws(GeometryFault) -> [PlaneEdge] {
    var stops: [Int: [(share: Double, point: PlanePoint)]] = [:]
    let points = corners.map { PlaneEdge($0, $0) }
    try EdgeSweep.pairs(of: edges + points, reach: tolerance) { lower, upper in
      guard lower < edges.count, upper >= edges.count else { return true }
      let (edge, corner) = (edges[lower], corners[upper - edges.count])
      guard corner != edge.from, corner != edge.to else { return true }
      let foot = edge.nearest(to: corner)
      if foot.squaredDistance <= tolerance * tolerance {
        stops[lower, default: []].append((foot.share, corner))
      }
      return true
    }
    return edges.indices.flatMap { index in
      pieces(of: edges[index], stops: stops[index] ?? [])
    }
  }

  private func pieces(
    of edge: PlaneEdge, stops: [(share: Double, point: PlanePoint)]
  ) -> [PlaneEdge] {
    guard !stops.isEmpty else { return [edge] }
    var line = [edge.from]
    for stop in stops.sorted(by: { $0.share < $1.share }) { line.append(stop.point) }
    line.append(edge.to)
    return zip(line, line.dropFirst()).map { PlaneEdge($0, $1) }
  }
}
