import Domain
import Testing

// Areas: pyproj 3.7.2, ellipsoidal equal-area projection of the edges densified
// to 0.0005°; centroids: shapely 2.2.0; distances: the vector formula on the
// same sphere, and geodesics.
@Suite("Positions and polygons")
struct PolygonTests {
  @Test("degrees out of range or not finite are no position")
  func range() {
    #expect(Coordinate(latitude: 90, longitude: -180) != nil)
    #expect(Coordinate(latitude: 90.000001, longitude: 0) == nil)
    #expect(Coordinate(latitude: 0, longitude: 180.000001) == nil)
    #expect(Coordinate(latitude: .nan, longitude: 0) == nil)
    #expect(Coordinate(latitude: 0, longitude: -.infinity) == nil)
  }

  @Test("a distance is that of the sphere, and within 0.6 % of the geodesic")
  func distance() throws {
    let shenzhen = try at(114.0515, 22.5410)
    let beijing = try at(116.3912, 39.9062)
    let metres = shenzhen.distanceMetres(to: beijing)
    #expect(abs(metres - 1_943_493.027) < 0.01)
    #expect(abs(metres / 1_938_061.300 - 1) < 0.006)
    let near = try at(114.05, 22.54).distanceMetres(to: at(114.051, 22.541))
    #expect(abs(near - 151.36641) < 0.0001)
    #expect(shenzhen.distanceMetres(to: shenzhen) == 0)
  }

  @Test(
    "areas are those of the ellipsoid",
    arguments: [
      (box(114.05, 22.54, 114.051, 22.541), 11_391.16764),
      (lShape, 136_692.88280),
      ([(87.0, 43.0), (89.0, 43.5), (88.5, 45.0), (87.2, 44.6)], 23_403_416_435.6),
      (box(121, 53, 123, 53.5), 7_428_512_234.19),
    ])
  func areas(ring: [(Double, Double)], expected: Double) throws {
    let forwards = try polygon(ring)
    let backwards = try polygon(ring.reversed())
    #expect(abs(forwards.areaSquareMetres / expected - 1) < 1e-8)
    #expect(abs(backwards.areaSquareMetres / expected - 1) < 1e-8)
  }

  @Test("a hole is taken off the area and moves the centroid")
  func holedArea() throws {
    let area = MultiPolygon(try holed())
    #expect(abs(area.areaSquareMetres - 956_826.3092) < 0.01)
    #expect(abs(area.centroid.longitude - 114.05519047619045) < 1e-9)
    #expect(abs(area.centroid.latitude - 22.545190476190474) < 1e-9)
  }

  @Test("several polygons add up")
  func several() throws {
    let area = try MultiPolygon([
      polygon(box(114.05, 22.54, 114.051, 22.541)),
      polygon([(114.06, 22.54), (114.062, 22.54), (114.061, 22.543)]),
    ])
    #expect(abs(area.areaSquareMetres - 45_564.547) < 0.01)
    #expect(abs(area.centroid.longitude - 114.058375) < 1e-9)
    #expect(abs(area.centroid.latitude - 22.540875) < 1e-9)
    #expect(area.contains(try at(114.061, 22.5405)))
    #expect(!area.contains(try at(114.055, 22.5405)))
  }

  @Test("edges and corners count as inside, slanted ones too")
  func boundary() throws {
    let slanted = try polygon([(114.05, 22.54), (114.06, 22.543), (114.052, 22.55)])
    #expect(slanted.contains(try at(114.05, 22.54)))
    #expect(slanted.contains(try at(114.055, 22.5415)))
    #expect(slanted.contains(try at(114.0533, 22.54099)))
    #expect(!slanted.contains(try at(114.055, 22.54149)))
    let square = try polygon(box(114.05, 22.54, 114.06, 22.55))
    for (longitude, latitude) in [(114.05, 22.545), (114.06, 22.545), (114.055, 22.55)] {
      #expect(square.contains(try at(longitude, latitude)))
    }
    #expect(!square.contains(try at(114.0600001, 22.545)))
  }

  @Test("a notch is outside, also level with a corner")
  func concave() throws {
    let shape = try polygon(lShape)
    #expect(shape.contains(try at(114.051, 22.5435)))
    #expect(shape.contains(try at(114.0535, 22.541)))
    #expect(!shape.contains(try at(114.0535, 22.543)))
    // Level with the inner corner: the ray runs along an edge.
    #expect(shape.contains(try at(114.051, 22.542)))
    #expect(!shape.contains(try at(114.049, 22.542)))
    #expect(!shape.contains(try at(114.049, 22.544)))
  }

  @Test("inside a hole is outside, its edge is inside")
  func hole() throws {
    let shape = try holed()
    #expect(!shape.contains(try at(114.054, 22.544)))
    #expect(shape.contains(try at(114.052, 22.544)))
    #expect(shape.contains(try at(114.051, 22.544)))
  }

  private func holed() throws -> Polygon {
    try polygon(
      box(114.05, 22.54, 114.06, 22.55), box(114.052, 22.542, 114.056, 22.546))
  }
}

private let lShape: [(Double, Double)] = [
  (114.05, 22.54), (114.054, 22.54), (114.054, 22.542), (114.052, 22.542), (114.052, 22.544),
  (114.05, 22.544),
]

@Suite("Rings that make no polygon")
struct GeometryFaultTests {
  @Test("three positions, or four with only two different, are too few")
  func tooShort() throws {
    let (a, b) = (try at(114, 22), try at(114.1, 22))
    #expect(throws: GeometryFault.ringTooShort(positions: 3)) { try LinearRing(closed: [a, b, a]) }
    #expect(throws: GeometryFault.ringTooShort(positions: 3)) {
      try LinearRing(closed: [a, b, b, a])
    }
    #expect(throws: GeometryFault.ringTooShort(positions: 0)) { try Polygon(rings: []) }
  }

  @Test("a ring whose last position is not the first is not closed")
  func unclosed() throws {
    let positions = try box(114, 22, 114.1, 22.1).map { try at($0.0, $0.1) }
    #expect(throws: GeometryFault.ringNotClosed) { try LinearRing(closed: positions) }
  }

  @Test("positions repeated in succession are dropped")
  func repeated() throws {
    let ring = box(114, 22, 114.1, 22.1)
    let doubled = try polygon(ring.flatMap { [$0, $0] })
    #expect(doubled == (try polygon(ring)))
  }

  @Test("a bow-tie crosses itself where its diagonals meet")
  func bowTie() throws {
    // (114, 22)-(114.2, 22.1) and (114.2, 22)-(114, 22.1) meet half way.
    let fault = #expect(throws: GeometryFault.self) {
      try polygon([(114, 22), (114.2, 22.1), (114.2, 22), (114, 22.1)])
    }
    guard case .selfCrossing(let place) = fault else {
      Issue.record("unexpected \(String(describing: fault))")
      return
    }
    #expect(abs(place.longitude - 114.1) < 1e-9)
    #expect(abs(place.latitude - 22.05) < 1e-9)
  }

  @Test("a spike, a collinear line and a pinched ring meet themselves")
  func degenerate() throws {
    let spike = try at(114.2, 22.0)
    #expect(throws: GeometryFault.selfCrossing(at: spike)) {
      try polygon([(114, 22), (114.2, 22.0), (114.1, 22), (114.05, 22.1)])
    }
    #expect(throws: GeometryFault.self) { try polygon([(114, 22), (114.1, 22), (114.2, 22)]) }
    let pinch = try at(114.1, 22.1)
    #expect(throws: GeometryFault.selfCrossing(at: pinch)) {
      try polygon([
        (114, 22), (114.1, 22.1), (114.2, 22), (114.2, 22.2), (114.1, 22.1), (114, 22.2),
      ])
    }
  }

  @Test("a hole outside or half outside the exterior is reported by number")
  func holeOutside() throws {
    let outer = box(114, 22, 114.1, 22.1)
    let good = box(114.01, 22.01, 114.02, 22.02)
    #expect(throws: GeometryFault.holeOutsideRing(hole: 1)) {
      try polygon(outer, good, box(114.2, 22.01, 114.21, 22.02))
    }
    #expect(throws: GeometryFault.holeOutsideRing(hole: 0)) {
      try polygon(outer, box(114.09, 22.01, 114.11, 22.02))
    }
    #expect(throws: GeometryFault.holeOutsideRing(hole: 0)) {
      try polygon(outer, box(113.9, 21.9, 114.2, 22.2))
    }
    // In the notch of a concave exterior: within the box, outside the area.
    #expect(throws: GeometryFault.holeOutsideRing(hole: 0)) {
      try polygon(lShape, box(114.0525, 22.5425, 114.0535, 22.5435))
    }
  }

  @Test("holes may touch each other and the exterior, but not overlap")
  func holes() throws {
    let outer = box(114, 22, 114.1, 22.1)
    let one = box(114.0, 22.01, 114.02, 22.02)
    _ = try polygon(outer, one, box(114.02, 22.01, 114.03, 22.02))
    #expect(throws: GeometryFault.holesOverlap(0, 1)) {
      try polygon(outer, one, box(114.015, 22.01, 114.03, 22.02))
    }
  }

  @Test("polygons of one boundary may touch, but not overlap")
  func parts() throws {
    let one = try polygon(box(114, 22, 114.1, 22.1))
    _ = try MultiPolygon([one, polygon(box(114.1, 22, 114.2, 22.1))])
    #expect(throws: GeometryFault.partsOverlap(0, 1)) {
      try MultiPolygon([one, polygon(box(114.05, 22.05, 114.06, 22.06))])
    }
    #expect(throws: GeometryFault.noPolygons) { try MultiPolygon([]) }
  }
}
