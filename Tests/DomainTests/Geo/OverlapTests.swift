import Domain
import Glibc
import Testing

// Common areas: shapely 2.2.0 intersections, measured with pyproj 3.7.2 in the
// ellipsoidal equal-area projection.
@Suite("Overlap of two areas")
struct OverlapTests {
  @Test("corners that overlap")
  func corners() throws {
    let one = try area(box(114.05, 22.54, 114.06, 22.55))
    let two = try area(box(114.0595, 22.545, 114.07, 22.555))
    try expectOverlap(one, two, 28_476.5079)
  }

  @Test("a bar across the two arms of a U counts both arms, not the gap")
  func concave() throws {
    let one = try area(uShape)
    let bar = try area([
      (113.99, 22.515), (114.04, 22.5152), (114.04, 22.5157), (113.99, 22.5155),
    ])
    try expectOverlap(one, bar, 113_931.9438)
  }

  @Test("something in the notch of a U does not overlap it")
  func notch() throws {
    try expectOverlap(area(uShape), area(box(114.012, 22.512, 114.018, 22.519)), 0)
    try expectOverlap(area(uShape), area(box(114.01, 22.51, 114.02, 22.52)), 0)
  }

  @Test("one inside the other overlaps by all of it, the same twice too")
  func containment() throws {
    let outer = try area(box(114.05, 22.54, 114.06, 22.55))
    let inner = try area([(114.055, 22.545), (114.056, 22.545), (114.0555, 22.546)])
    try expectOverlap(outer, inner, 5_695.3882)
    try expectOverlap(inner, inner, 5_695.3882)
  }

  @Test("an area that fills the hole of another does not overlap it")
  func holeFilled() throws {
    let hole = box(114.052, 22.542, 114.056, 22.546)
    let outer = MultiPolygon(try polygon(box(114.05, 22.54, 114.06, 22.55), hole))
    try expectOverlap(outer, area(hole), 0)
  }

  @Test("two stars")
  func stars() throws {
    let one = try area(star(114.05, 22.54, 0.004, 0.01, points: 7, turn: 0))
    let two = try area(star(114.053, 22.543, 0.003, 0.011, points: 5, turn: 0.3))
    try expectOverlap(one, two, 537_282.316)
  }

  @Test("a shared border 0.04 m off is no overlap, whichever way it runs")
  func tolerance() throws {
    let east = 0.04 / Metres.perDegreeEast
    let north = 0.04 / Metres.perDegreeNorth
    let one = try area(box(114.05, 22.54, 114.06, 22.55))
    // 1.1 km × 0.04 m = 44 m² would be more than the negligible area.
    try expectOverlap(one, area(box(114.06 - east, 22.54, 114.07, 22.55)), 0)
    try expectOverlap(one, area(box(114.05, 22.55 - north, 114.06, 22.56)), 0)
    let slant = try area([(114.05, 22.54), (114.06, 22.54), (114.055, 22.55)])
    let beside = try area([(114.06 - east, 22.54), (114.07, 22.55), (114.055 - east, 22.55)])
    try expectOverlap(slant, beside, 0)
  }

  @Test("a strip 0.2 m wide along the whole border is an overlap")
  func strip() throws {
    let east = 0.2 / Metres.perDegreeEast
    let one = try area(box(114.05, 22.54, 114.06, 22.55))
    let two = try area(box(114.06 - east, 22.54, 114.07, 22.55))
    // 0.01° north to south is 1107.38 m.
    let found = try one.overlapSquareMetres(with: two)
    #expect(abs(found - 0.2 * 1_107.3763) < 0.1)
  }

  @Test("a small real overlap shows beside a long shared border")
  func beside() throws {
    let one = try area(box(114.05, 22.54, 114.06, 22.55))
    let (east, north) = (3 / Metres.perDegreeEast, 3 / Metres.perDegreeNorth)
    let two = try area([
      (114.06, 22.54), (114.07, 22.54), (114.07, 22.55), (114.06, 22.55), (114.06, 22.546),
      (114.06 - east, 22.546), (114.06 - east, 22.546 - north), (114.06, 22.546 - north),
    ])
    let found = try one.overlapSquareMetres(with: two)
    #expect(abs(found - 9) < 0.01)
  }

  @Test("a border with more corners on one side than on the other is shared")
  func unevenCorners() throws {
    let one = try area(box(114.05, 22.54, 114.06, 22.55))
    let shift = 0.03 / Metres.perDegreeEast
    let border = (0...100).map { step -> (Double, Double) in
      let sideways: Double = step % 2 == 0 ? shift : -shift
      return (114.06 + sideways, 22.54 + Double(step) * 0.0001)
    }
    let two = try area(border + [(114.07, 22.55), (114.07, 22.54)])
    try expectOverlap(one, two, 0)
  }

  private func expectOverlap(
    _ one: MultiPolygon, _ two: MultiPolygon, _ expected: Double,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    for found in [try one.overlapSquareMetres(with: two), try two.overlapSquareMetres(with: one)] {
      #expect(abs(found - expected) <= max(0.01, expected * 1e-5), sourceLocation: sourceLocation)
    }
  }

  private func star(
    _ longitude: Double, _ latitude: Double, _ inner: Double, _ outer: Double, points: Int,
    turn: Double
  ) -> [(Double, Double)] {
    (0..<(2 * points)).map { index in
      let angle = .pi * Double(index) / Double(points) + turn
      let radius = index % 2 == 1 ? inner : outer
      return (longitude + radius * cos(angle), latitude + radius * sin(angle))
    }
  }

  private let uShape: [(Double, Double)] = [
    (114.0, 22.5), (114.03, 22.5), (114.03, 22.52), (114.02, 22.52), (114.02, 22.51),
    (114.01, 22.51), (114.01, 22.52), (114.0, 22.52),
  ]
}
