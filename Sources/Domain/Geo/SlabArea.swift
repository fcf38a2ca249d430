/// Measures the area inside both of two outlines, by the even-odd rule.
///
/// The plane is cut at every ordinate where an edge starts, ends or crosses
/// one of the other outline. Within a slab the edges keep their order, so the
/// common width half way up times the height is exact.
struct SlabArea {
  let one: [PlaneEdge]
  let two: [PlaneEdge]
  /// The ordinates between which both outlines are complete.
  let heights: ClosedRange<Double>

  /// The common area, in the square of the edges' unit.
  func common() throws(GeometryFault) -> Double {
    let cuts = try cuts()
    var sweep = SlabSweep(
      one: one.filter { $0.lowY < $0.highY }, two: two.filter { $0.lowY < $0.highY })
    var sum = 0.0
    for (low, high) in zip(cuts, cuts.dropFirst()) where low < high {
      sum += try sweep.commonWidth(atY: (low + high) / 2) * (high - low)
    }
    return sum
  }

  private func cuts() throws(GeometryFault) -> [Double] {
    var cuts = [heights.lowerBound, heights.upperBound]
    for edge in one { cuts += [edge.from.y, edge.to.y] }
    for edge in two { cuts += [edge.from.y, edge.to.y] }
    try EdgeSweep.pairs(between: one, and: two) { first, second in
      if let meeting = one[first].meeting(two[second]) { cuts.append(meeting.y) }
    }
    return cuts.filter(heights.contains).sorted()
  }
}

/// The edges under a line that moves from south to north.
private struct SlabSweep {
  private var waiting: [(edge: PlaneEdge, isOne: Bool)]
  private var active: [(edge: PlaneEdge, isOne: Bool)] = []
  private var looked = 0

  init(one: [PlaneEdge], two: [PlaneEdge]) {
    // Taken from the end, so the southernmost is last.
    waiting = (one.map { ($0, true) } + two.map { ($0, false) }).sorted {
      $0.edge.lowY > $1.edge.lowY
    }
  }

  /// The width inside both outlines at this ordinate; never called with a
  /// lower one than before.
  mutating func commonWidth(atY y: Double) throws(GeometryFault) -> Double {
    while let next = waiting.last, next.edge.lowY <= y {
      active.append(next)
      waiting.removeLast()
    }
    active.removeAll { $0.edge.highY <= y }
    looked += active.count
    guard looked <= Overlap.maximumSlabEdges else {
      throw .tooComplex(limit: Overlap.maximumSlabEdges)
    }
    let passed = active.map { (x: $0.edge.x(atY: y), isOne: $0.isOne) }.sorted { $0.x < $1.x }
    var (inOne, inTwo, width, start) = (false, false, 0.0, 0.0)
    for crossing in passed {
      if inOne && inTwo { width += crossing.x - start }
      if crossing.isOne { inOne.toggle() } else { inTwo.toggle() }
      start = crossing.x
    }
    return width
  }
}
