/// Measures the area inside both of two outlines, by the even-odd rule.
///
/// The plane is cut at every ordinate where an edge starts, ends or crosses
/// one of the other outline. Within a slab the edges keep their order, so the
/// common width half way up times the height is exact.
struct SlabArea {
  let one: [PlaneEdge]
  let two: [PlaneEdge]

  /// The common area, in the square of the edges' unit.
  func common() throws(GeometryFault) -> Double {
    guard let range = sharedHeights else { return 0 }
    let heights = try cuts(of: range)
    var sweep = SlabSweep(
      one: one.filter { $0.lowY < $0.highY }, two: two.filter { $0.lowY < $0.highY })
    var sum = 0.0
    for (low, high) in zip(heights, heights.dropFirst()) where low < high {
      sum += try sweep.commonWidth(atY: (low + high) / 2) * (high - low)
    }
    return sum
  }

  private var sharedHeights: ClosedRange<Double>? {
    guard
      let lowOne = one.lazy.map(\.lowY).min(), let highOne = one.lazy.map(\.highY).max(),
      let lowTwo = two.lazy.map(\.lowY).min(), let highTwo = two.lazy.map(\.highY).max()
    else { return nil }
    let (low, high) = (max(lowOne, lowTwo), min(highOne, highTwo))
    return low < high ? low...high : nil
  }

  private func cuts(of range: ClosedRange<Double>) throws(GeometryFault) -> [Double] {
    var heights = [range.lowerBound, range.upperBound]
    for edge in one { heights.append(edge.from.y) }
    for edge in two { heights.append(edge.from.y) }
    try EdgeSweep.pairs(of: one + two) { lower, upper in
      guard lower < one.count, upper >= one.count else { return true }
      if let meeting = one[lower].meeting(two[upper - one.count]) { heights.append(meeting.y) }
      return true
    }
    return heights.filter(range.contains).sorted()
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
