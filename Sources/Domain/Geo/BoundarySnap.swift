import Glibc

/// Leads two outlines through each other's corners wherever they lie closer
/// than a tolerance, so that a boundary drawn twice becomes one.
struct BoundarySnap {
  let tolerance: Double
  /// Where it matters; edges west of it stay as they are.
  let window: PlaneWindow

  /// Both outlines, one led through the other.
  ///
  /// A corner of the second moves onto a near corner of the first; an edge of
  /// either bends through a near corner of the other. What is near is decided
  /// before anything moves, so that moves do not add up.
  func joined(
    _ one: [PlaneEdge], _ two: [PlaneEdge]
  ) throws(GeometryFault) -> (one: [PlaneEdge], two: [PlaneEdge]) {
    let (nearOne, nearTwo) = (one.filter(window.isNear), two.filter(window.isNear))
    guard !nearOne.isEmpty, !nearTwo.isEmpty else { return (one, two) }
    let moved = moveEnds(of: nearTwo, onto: nearOne)
    let stopsOne = try stops(on: nearOne, near: nearTwo)
    let stopsTwo = try stops(on: nearTwo, near: nearOne)
    let farOne = one.filter { !window.isNear($0) }
    let farTwo = two.filter { !window.isNear($0) }
    return (
      farOne + bend(nearOne, at: stopsOne, through: moved),
      farTwo + bend(moved, at: stopsTwo, through: nearOne)
    )
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

  private func moveEnds(of edges: [PlaneEdge], onto target: [PlaneEdge]) -> [PlaneEdge] {
    var cells: [Cell: [PlanePoint]] = [:]
    for edge in target { cells[cell(edge.from), default: []].append(edge.from) }
    return edges.map { edge in
      PlaneEdge(
        nearest(to: edge.from, in: cells) ?? edge.from, nearest(to: edge.to, in: cells) ?? edge.to)
    }
  }

  private func nearest(to point: PlanePoint, in cells: [Cell: [PlanePoint]]) -> PlanePoint? {
    // Outside, the other edge of the corner may be missing and would not move.
    guard window.contains(point) else { return nil }
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

  /// The corner that starts an edge of the other outline, and how far along
  /// an edge it lies.
  private struct Stop {
    var share: Double
    var corner: Int
  }

  /// By edge, the corners of the other outline that lie near it.
  private func stops(
    on edges: [PlaneEdge], near others: [PlaneEdge]
  ) throws(GeometryFault) -> [Int: [Stop]] {
    var stops: [Int: [Stop]] = [:]
    let points = others.map { PlaneEdge($0.from, $0.from) }
    try EdgeSweep.pairs(between: edges, and: points, reach: tolerance) { edge, corner in
      let foot = edges[edge].nearest(to: points[corner].from)
      if foot.squaredDistance <= tolerance * tolerance {
        stops[edge, default: []].append(Stop(share: foot.share, corner: corner))
      }
    }
    return stops
  }

  private func bend(
    _ edges: [PlaneEdge], at stops: [Int: [Stop]], through others: [PlaneEdge]
  ) -> [PlaneEdge] {
    var bent: [PlaneEdge] = []
    for (index, edge) in edges.enumerated() {
      var last = edge.from
      for stop in (stops[index] ?? []).sorted(by: { $0.share < $1.share }) {
        let corner = others[stop.corner].from
        guard corner != last, corner != edge.to else { continue }
        bent.append(PlaneEdge(last, corner))
        last = corner
      }
      bent.append(PlaneEdge(last, edge.to))
    }
    return bent
  }
}
